/** The Users table. Key `userId`; a deleted user leaves a tombstone (`status: deleted`), which no sign-in overwrites. */
import {
  type AttributeValue,
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import * as v from 'valibot';
import { AuthError } from '../domain/auth-error.ts';
import type { SignIn, User, Users } from '../domain/users.ts';
import { orUnavailable } from './or-unavailable.ts';

const text = v.pipe(
  v.object({ S: v.string() }),
  v.transform((attribute) => attribute.S),
);
const texts = v.pipe(
  v.object({ L: v.array(text) }),
  v.transform((attribute) => attribute.L),
);
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
  return {
    async recordSignIn(signIn) {
      try {
        const { Attributes } = await client.send(
          new UpdateItemCommand({
            TableName: tableName,
            Key: { userId: { S: signIn.userId } },
            ...signInUpdate(signIn),
            ReturnValues: 'ALL_NEW',
          }),
        );
        return parseUser(Attributes);
      } catch (error) {
        if (error instanceof ConditionalCheckFailedException) return undefined;
        throw new AuthError('temporarily_unavailable', 'the Users table did not take the sign-in', { cause: error });
      }
    },
    async find(userId) {
      const get = new GetItemCommand({ TableName: tableName, Key: { userId: { S: userId } } });
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

/** What this sign-in knows is set; what it does not know (no picture, no organization) is removed, not kept from an earlier one. */
function signInUpdate(signIn: SignIn) {
  const set: Record<string, AttributeValue> = {
    workosUserId: { S: signIn.workosUserId },
    email: { S: signIn.email },
    name: { S: signIn.name },
    roles: { L: signIn.roles.map((role) => ({ S: role })) },
    lastSignInAt: { S: signIn.at.toISOString() },
  };
  const remove: string[] = [];
  for (const name of ['pictureUrl', 'authMethod', 'organizationId'] as const) {
    const value = signIn[name];
    if (value === undefined) remove.push(name);
    else set[name] = { S: value };
  }
  const names = [...Object.keys(set), ...remove, 'createdAt', 'status'];
  const assignments = Object.keys(set).map((name) => `#${name} = :${name}`);
  return {
    UpdateExpression:
      `SET ${assignments.join(', ')}, #createdAt = if_not_exists(#createdAt, :lastSignInAt), #status = :active` +
      (remove.length > 0 ? ` REMOVE ${remove.map((name) => `#${name}`).join(', ')}` : ''),
    ConditionExpression: 'attribute_not_exists(#status) OR #status = :active',
    ExpressionAttributeNames: Object.fromEntries(names.map((name) => [`#${name}`, name])),
    ExpressionAttributeValues: {
      ...Object.fromEntries(Object.entries(set).map(([name, value]) => [`:${name}`, value])),
      ':active': { S: 'active' },
    },
  };
}

function parseUser(attributes: Record<string, AttributeValue> | undefined): User {
  const { pictureUrl, authMethod, organizationId, ...known } = v.parse(item, attributes);
  return { ...known, pictureUrl, authMethod, organizationId };
}
