/** Rows of the Sessions table (key `sessionId`, index `byUser`). Times are numbers, in milliseconds; `expiresAt` is the TTL, in seconds. */
import { type AttributeValue, GetItemCommand, QueryCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import * as v from 'valibot';
import type { SessionRecord, SessionRecords } from '../domain/session-records.ts';
import type { SessionsTable } from './dynamo-refresh-leases.ts';
import { instant, text } from './attributes.ts';
import { orUnavailable } from './or-unavailable.ts';

type Row = Record<string, AttributeValue>;

const item = v.object({
  sessionId: text,
  userId: text,
  organizationId: v.optional(text),
  createdAt: instant,
  lastSeenAt: instant,
  ipAddress: v.optional(text),
  userAgent: v.optional(text),
});

export function createDynamoSessionRecords(options: SessionsTable): SessionRecords {
  const { client, tableName, sessionMaxAgeSeconds } = options;
  const expiry = (now: Date): AttributeValue => ({
    N: String(Math.floor(now.getTime() / 1000) + sessionMaxAgeSeconds),
  });
  const millis = (now: Date): AttributeValue => ({ N: String(now.getTime()) });

  const write = async (sessionId: string, expression: string, values: Row): Promise<void> => {
    const update = new UpdateItemCommand({
      TableName: tableName,
      Key: { sessionId: { S: sessionId } },
      UpdateExpression: expression,
      ExpressionAttributeValues: values,
    });
    await orUnavailable('the Sessions table', client.send(update));
  };

  const read = async (sessionId: string, attribute: string): Promise<AttributeValue | undefined> => {
    const get = new GetItemCommand({
      TableName: tableName,
      Key: { sessionId: { S: sessionId } },
      ProjectionExpression: attribute,
      ConsistentRead: true,
    });
    return (await orUnavailable('the Sessions table', client.send(get))).Item?.[attribute];
  };

  return {
    async begin({ sessionId, userId, organizationId }, { ipAddress, userAgent }, now) {
      // An update, since WorkOS may give a second login in the same browser the session that is there already.
      const values = { ':user': { S: userId }, ':now': millis(now), ':expires': expiry(now), ':ip': { S: ipAddress } };
      const agent = { ':agent': { S: userAgent ?? '' } };
      await write(
        sessionId,
        'SET userId = :user, createdAt = if_not_exists(createdAt, :now), lastSeenAt = :now, expiresAt = :expires,' +
          ' ipAddress = :ip, userAgent = :agent' +
          (organizationId === undefined ? ' REMOVE organizationId' : ', organizationId = :organization'),
        { ...values, ...agent, ...(organizationId !== undefined && { ':organization': { S: organizationId } }) },
      );
    },

    async end({ sessionId, userId }, now) {
      // With what is left of its time, so that a seal that somebody kept stays ended for as long as it could be used.
      await write(
        sessionId,
        'SET endedAt = if_not_exists(endedAt, :now), userId = if_not_exists(userId, :user),' +
          ' createdAt = if_not_exists(createdAt, :now), lastSeenAt = if_not_exists(lastSeenAt, :now), expiresAt = :expires' +
          ' REMOVE leaseId, leaseUntil, leaseFor, successor, successorFor, successorUntil, refusedFor, refusedUntil',
        { ':user': { S: userId }, ':now': millis(now), ':expires': expiry(now) },
      );
    },

    ownerOf: async (sessionId) => (await read(sessionId, 'userId'))?.S,

    isEnded: async (sessionId) => (await read(sessionId, 'endedAt')) !== undefined,

    async list(userId, now) {
      const rows: Row[] = [];
      let next: Row | undefined;
      // A page ends at 1 MB of rows, ended ones among them.
      do {
        const query = new QueryCommand({
          TableName: tableName,
          IndexName: 'byUser',
          KeyConditionExpression: 'userId = :user',
          FilterExpression: 'attribute_not_exists(endedAt) AND expiresAt > :now',
          ExpressionAttributeValues: {
            ':user': { S: userId },
            ':now': { N: String(Math.floor(now.getTime() / 1000)) },
          },
          ExclusiveStartKey: next,
        });
        const page = await orUnavailable('the Sessions table', client.send(query));
        rows.push(...(page.Items ?? []));
        next = page.LastEvaluatedKey;
      } while (next);
      return rows.map(parseRecord).toSorted((a, b) => b.lastSeenAt.getTime() - a.lastSeenAt.getTime());
    },
  };
}

function parseRecord(row: Row): SessionRecord {
  const { organizationId, ipAddress, userAgent, ...known } = v.parse(item, row);
  return { ...known, organizationId, client: { ...(ipAddress && { ipAddress }), ...(userAgent && { userAgent }) } };
}
