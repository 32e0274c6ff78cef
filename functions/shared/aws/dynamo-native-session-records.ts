/**
 * The NativeSessions table (key `sessionId`, indexes `byUser` and `byWorkosSession`). Times are numbers, in milliseconds.
 * A row stays until the absolute end of its session, ended or not; `removeAt`, in seconds, is the TTL.
 */
import {
  type AttributeValue,
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  UpdateItemCommand,
  type UpdateItemCommandInput,
} from '@aws-sdk/client-dynamodb';
import * as v from 'valibot';
import { AuthError } from '../domain/auth-error.ts';
import type { NativeSession, NativeSessionRecords } from '../domain/native-session-records.ts';
import { instant, number, text, texts } from './attributes.ts';
import { orUnavailable } from './or-unavailable.ts';

type Row = Record<string, AttributeValue>;

const item = v.object({
  sessionId: text,
  userId: text,
  workosUserId: text,
  workosSessionId: text,
  organizationId: v.optional(text),
  roles: texts,
  clientId: text,
  dpopThumbprint: v.optional(text),
  counter: number,
  familyHash: text,
  rotatedAt: instant,
  askedAt: instant,
  createdAt: instant,
  lastSeenAt: instant,
  ipAddress: v.optional(text),
  userAgent: v.optional(text),
  expiresAt: instant,
  absoluteExpiresAt: instant,
  endedAt: v.optional(instant),
});

const what = 'the NativeSessions table';
const millis = (time: Date): AttributeValue => ({ N: String(time.getTime()) });
const list = (values: readonly string[]): AttributeValue => ({ L: values.map((each) => ({ S: each })) });

export function createDynamoNativeSessionRecords(client: DynamoDBClient, tableName: string): NativeSessionRecords {
  const read = async (sessionId: string): Promise<v.InferOutput<typeof item> | undefined> => {
    const Key = { sessionId: { S: sessionId } };
    const get = new GetItemCommand({ TableName: tableName, Key, ConsistentRead: true });
    const { Item } = await orUnavailable(what, client.send(get));
    return Item && v.parse(item, Item);
  };

  /** @returns `false` when the row does not fulfil the condition. */
  const update = async (
    sessionId: string,
    input: Pick<
      UpdateItemCommandInput,
      'UpdateExpression' | 'ConditionExpression' | 'ExpressionAttributeNames' | 'ExpressionAttributeValues'
    >,
  ): Promise<boolean> => {
    try {
      await client.send(
        new UpdateItemCommand({ TableName: tableName, Key: { sessionId: { S: sessionId } }, ...input }),
      );
      return true;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return false;
      throw new AuthError('temporarily_unavailable', `${what} did not take the change`, { cause: error });
    }
  };

  const query = async (
    index: string,
    attribute: string,
    value: string,
    now: Date,
  ): Promise<readonly NativeSession[]> => {
    const rows: Row[] = [];
    let next: Row | undefined;
    // A page ends at 1 MB of rows, ended ones among them.
    do {
      const command = new QueryCommand({
        TableName: tableName,
        IndexName: index,
        KeyConditionExpression: `${attribute} = :value`,
        FilterExpression: 'attribute_not_exists(endedAt) AND expiresAt > :now',
        ExpressionAttributeValues: { ':value': { S: value }, ':now': millis(now) },
        ExclusiveStartKey: next,
      });
      const page = await orUnavailable(what, client.send(command));
      rows.push(...(page.Items ?? []));
      next = page.LastEvaluatedKey;
    } while (next);
    const sessions = rows.map((row) => toSession(v.parse(item, row)));
    return sessions.toSorted((a, b) => b.lastSeenAt.getTime() - a.lastSeenAt.getTime());
  };

  return {
    async begin(session) {
      await orUnavailable(what, client.send(new PutItemCommand({ TableName: tableName, Item: toRow(session) })));
    },

    async find(sessionId, now) {
      const row = await read(sessionId);
      return row && row.endedAt === undefined && row.expiresAt > now ? toSession(row) : undefined;
    },

    async findKept(sessionId) {
      const row = await read(sessionId);
      return row && toSession(row);
    },

    rotate: async (sessionId, { from, now, expiresAt, client: { ipAddress, userAgent }, asked }) =>
      update(sessionId, {
        UpdateExpression:
          'SET #counter = :next, rotatedAt = :now, lastSeenAt = :now, expiresAt = :expires, ipAddress = :ip' +
          (userAgent === undefined ? '' : ', userAgent = :agent') +
          (asked ? ', askedAt = :now, #roles = :roles' : '') +
          (userAgent === undefined ? ' REMOVE userAgent' : ''),
        ConditionExpression:
          '#counter = :counter AND askedAt = :asked AND attribute_not_exists(endedAt) AND expiresAt > :now',
        ExpressionAttributeNames: { '#counter': 'counter', ...(asked && { '#roles': 'roles' }) },
        ExpressionAttributeValues: {
          ':counter': { N: String(from.counter) },
          ':next': { N: String(from.counter + 1) },
          ':asked': millis(from.askedAt),
          ':now': millis(now),
          ':expires': millis(expiresAt),
          ':ip': { S: ipAddress },
          ...(userAgent !== undefined && { ':agent': { S: userAgent } }),
          ...(asked && { ':roles': list(asked.roles) }),
        },
      }),

    end: async (sessionId, reason, now) =>
      update(sessionId, {
        UpdateExpression: 'SET endedAt = :now, endReason = :reason',
        ConditionExpression: 'attribute_exists(sessionId) AND attribute_not_exists(endedAt)',
        ExpressionAttributeValues: { ':now': millis(now), ':reason': { S: reason } },
      }),

    async askAgain(sessionId) {
      await update(sessionId, {
        UpdateExpression: 'SET askedAt = :epoch',
        // Without a row there is nothing to ask about, and none is to be made.
        ConditionExpression: 'attribute_exists(sessionId)',
        ExpressionAttributeValues: { ':epoch': { N: '0' } },
      });
    },

    listByUser: async (userId, now) => query('byUser', 'userId', userId, now),
    listByWorkosSession: async (workosSessionId, now) =>
      query('byWorkosSession', 'workosSessionId', workosSessionId, now),
  };
}

function toRow(session: NativeSession): Row {
  const { organizationId, dpopThumbprint } = session;
  const { ipAddress, userAgent } = session.client;
  return {
    sessionId: { S: session.sessionId },
    userId: { S: session.userId },
    workosUserId: { S: session.workosUserId },
    workosSessionId: { S: session.workosSessionId },
    ...(organizationId !== undefined && { organizationId: { S: organizationId } }),
    roles: list(session.roles),
    clientId: { S: session.clientId },
    ...(dpopThumbprint !== undefined && { dpopThumbprint: { S: dpopThumbprint } }),
    counter: { N: String(session.counter) },
    familyHash: { S: session.familyHash },
    rotatedAt: millis(session.rotatedAt),
    askedAt: millis(session.askedAt),
    createdAt: millis(session.createdAt),
    lastSeenAt: millis(session.lastSeenAt),
    ...(ipAddress !== undefined && { ipAddress: { S: ipAddress } }),
    ...(userAgent !== undefined && { userAgent: { S: userAgent } }),
    expiresAt: millis(session.expiresAt),
    absoluteExpiresAt: millis(session.absoluteExpiresAt),
    removeAt: { N: String(Math.ceil(session.absoluteExpiresAt.getTime() / 1000)) },
  };
}

function toSession(row: v.InferOutput<typeof item>): NativeSession {
  const { organizationId, dpopThumbprint, ipAddress, userAgent, endedAt: _, ...known } = row;
  const client = { ...(ipAddress !== undefined && { ipAddress }), ...(userAgent !== undefined && { userAgent }) };
  return { ...known, organizationId, dpopThumbprint, client };
}
