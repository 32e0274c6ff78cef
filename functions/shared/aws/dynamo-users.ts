/**
 * The Users table. Key `userId`; a deleted user leaves a tombstone (`status: deleted`), which no sign-in overwrites.
 * Times are ISO 8601 in UTC to the millisecond, so that DynamoDB compares them as text.
 */
import {
  type AttributeValue,
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  UpdateItemCommand,
  type UpdateItemCommandInput,
} from '@aws-sdk/client-dynamodb';
import * as v from 'valibot';
import { AuthError } from '../domain/auth-error.ts';
import type { SignIn, User, UserProfile, Users } from '../domain/users.ts';
import { text, texts } from './attributes.ts';
import { orUnavailable } from './or-unavailable.ts';

const instant = v.pipe(
  text,
  v.transform((iso) => new Date(iso)),
);

const item = v.object({
  userId: text,
  workosUserId: text,
  email: text,
  name: text,
  pictureUrl: v.optional(text),
  authMethod: v.optional(text),
  organizationId: v.optional(text),
  roles: texts,
  createdAt: instant,
  lastSignInAt: instant,
});

export function createDynamoUsers(client: DynamoDBClient, tableName: string): Users {
  /** @returns the row as it is then, or `undefined` when its condition refused the write. */
  const update = async (userId: string, what: string, input: RowUpdate): Promise<Row | undefined> => {
    try {
      const command = new UpdateItemCommand({
        TableName: tableName,
        Key: { userId: { S: userId } },
        ReturnValues: 'ALL_NEW',
        ...input,
      });
      return (await client.send(command)).Attributes;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return undefined;
      throw new AuthError('temporarily_unavailable', `the Users table did not take ${what}`, { cause: error });
    }
  };

  return {
    async recordSignIn(signIn) {
      const { userId } = signIn;
      const row =
        (await update(userId, 'the sign-in', signInUpdate(signIn, 'with-profile'))) ??
        // Barred, or known by a newer profile: the condition does not tell which, and a second write finds out.
        (await update(userId, 'the sign-in', signInUpdate(signIn, 'without-profile')));
      return row && parseUser(row);
    },
    updateProfile: async (userId, profile) =>
      (await update(userId, 'the profile', profileUpdate(profile))) !== undefined,
    async leaveTombstone(userId, at) {
      // A put: whatever else the row held is gone with it.
      const put = new PutItemCommand({
        TableName: tableName,
        Item: { userId: { S: userId }, status: { S: 'deleted' }, deletedAt: { S: at.toISOString() } },
        ConditionExpression: 'attribute_not_exists(deletedAt) OR deletedAt > :at',
        ExpressionAttributeValues: { ':at': { S: at.toISOString() } },
      });
      try {
        await client.send(put);
      } catch (error) {
        if (error instanceof ConditionalCheckFailedException) return;
        throw new AuthError('temporarily_unavailable', 'the Users table did not take the deletion', { cause: error });
      }
    },
    async find(userId) {
      const Key = { userId: { S: userId } };
      // Consistent: an app redeems its ticket milliseconds after its user's first sign-in.
      const get = new GetItemCommand({ TableName: tableName, Key, ConsistentRead: true });
      const { Item } = await orUnavailable('the Users table', client.send(get));
      return Item?.['status']?.S === 'active' ? parseUser(Item) : undefined;
    },
    async isBarred(userId) {
      const get = new GetItemCommand({
        TableName: tableName,
        Key: { userId: { S: userId } },
        ProjectionExpression: '#status',
        ExpressionAttributeNames: { '#status': 'status' },
        ConsistentRead: true,
      });
      const { Item } = await orUnavailable('the Users table', client.send(get));
      return Item !== undefined && Item['status']?.S !== 'active';
    },
  };
}

type Row = Record<string, AttributeValue>;
type RowUpdate = Pick<
  UpdateItemCommandInput,
  'UpdateExpression' | 'ConditionExpression' | 'ExpressionAttributeNames' | 'ExpressionAttributeValues'
>;

const isNewProfile = 'attribute_not_exists(#profileAt) OR #profileAt';

function signInUpdate(signIn: SignIn, mode: 'with-profile' | 'without-profile'): RowUpdate {
  const { workosUserId, authMethod, organizationId, roles, at, ...rest } = signIn;
  const attributes = {
    workosUserId,
    authMethod,
    organizationId,
    lastSignInAt: at.toISOString(),
    ...(mode === 'with-profile' && profileAttributes(rest)),
  };
  return setOrRemove({
    text: attributes,
    set: { roles: { L: roles.map((role) => ({ S: role })) } },
    // `createdAt` is set once; `status` makes the row one that the others take for a user's.
    also: '#createdAt = if_not_exists(#createdAt, :lastSignInAt), #status = :active',
    condition:
      '(attribute_not_exists(#status) OR #status = :active)' +
      (mode === 'with-profile' ? ` AND (${isNewProfile} <= :profileAt)` : ''),
    names: ['createdAt'],
  });
}

function profileUpdate(profile: UserProfile): RowUpdate {
  const condition = `#status = :active AND (${isNewProfile} < :profileAt)`;
  return setOrRemove({ text: profileAttributes(profile), condition });
}

function profileAttributes({ email, name, pictureUrl, profileAt }: UserProfile) {
  return { email, name, pictureUrl, profileAt: profileAt.toISOString() };
}

/** What is known is set; what is not (no picture, no organization) is removed, not kept from earlier. */
function setOrRemove(update: {
  readonly text: Readonly<Record<string, string | undefined>>;
  readonly set?: Readonly<Row>;
  /** Assignments beside. */
  readonly also?: string;
  readonly condition: string;
  /** Of attributes that `also` and `condition` name and nothing sets; `status` is among them always. */
  readonly names?: readonly string[];
}): RowUpdate {
  const set: Row = { ...update.set };
  const remove: string[] = [];
  for (const [name, value] of Object.entries(update.text)) {
    if (value === undefined) remove.push(name);
    else set[name] = { S: value };
  }
  const assignments = Object.keys(set).map((name) => `#${name} = :${name}`);
  const names = [...Object.keys(set), ...remove, ...(update.names ?? []), 'status'];
  return {
    UpdateExpression:
      `SET ${[...assignments, update.also ?? []].flat().join(', ')}` +
      (remove.length > 0 ? ` REMOVE ${remove.map((name) => `#${name}`).join(', ')}` : ''),
    ConditionExpression: update.condition,
    ExpressionAttributeNames: Object.fromEntries(names.map((name) => [`#${name}`, name])),
    ExpressionAttributeValues: {
      ...Object.fromEntries(Object.entries(set).map(([name, value]) => [`:${name}`, value])),
      ':active': { S: 'active' },
    },
  };
}

function parseUser(attributes: Row): User {
  const { pictureUrl, authMethod, organizationId, ...known } = v.parse(item, attributes);
  return { ...known, pictureUrl, authMethod, organizationId };
}
