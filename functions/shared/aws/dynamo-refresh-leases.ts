/** Refresh leases on the rows of the Sessions table (key `sessionId`). Times are numbers, in milliseconds. */
import {
  type AttributeValue,
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  UpdateItemCommand,
  type UpdateItemCommandInput,
} from '@aws-sdk/client-dynamodb';
import type { Lease, RefreshLeases, RefreshRequest, RefreshState } from '../domain/refresh-leases.ts';

type Row = Record<string, AttributeValue>;

export interface SessionsTable {
  readonly client: DynamoDBClient;
  readonly tableName: string;
  /** For the row's TTL: as long as the browser keeps the cookie. */
  readonly sessionMaxAgeSeconds: number;
}

export function createDynamoRefreshLeases(options: SessionsTable): RefreshLeases {
  const { client, tableName, sessionMaxAgeSeconds } = options;
  const keyOf = ({ sessionId }: RefreshRequest): Row => ({ sessionId: { S: sessionId } });

  const read = async (request: RefreshRequest): Promise<Row> => {
    const get = new GetItemCommand({ TableName: tableName, Key: keyOf(request), ConsistentRead: true });
    return (await client.send(get)).Item ?? {};
  };

  /** @returns the row that refused the write, or `undefined` when it was written. */
  const update = async (
    request: RefreshRequest,
    input: Omit<UpdateItemCommandInput, 'TableName' | 'Key'>,
  ): Promise<Row | undefined> => {
    const given = {
      TableName: tableName,
      Key: keyOf(request),
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    } as const;
    try {
      await client.send(new UpdateItemCommand({ ...given, ...input }));
      return undefined;
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
      // DynamoDB sends the row along; its stand-in on a developer's machine does not.
      return error.Item ?? (await read(request));
    }
  };

  return {
    async take(request, lease, now) {
      const refusal = await update(request, {
        UpdateExpression:
          'SET leaseId = :lease, leaseUntil = :until, leaseFor = :token, lastSeenAt = :now, expiresAt = :expires,' +
          ' ipAddress = :ip, userAgent = :agent,' +
          ' userId = if_not_exists(userId, :user), createdAt = if_not_exists(createdAt, :now)',
        ConditionExpression:
          'attribute_not_exists(endedAt)' +
          ' AND (attribute_not_exists(leaseUntil) OR leaseUntil <= :now)' +
          ' AND (attribute_not_exists(successorFor) OR successorFor <> :token OR successorUntil <= :now)' +
          ' AND (attribute_not_exists(refusedFor) OR refusedFor <> :token OR refusedUntil <= :now)',
        ExpressionAttributeValues: {
          ':lease': { S: lease.leaseId },
          ':until': millis(lease.until),
          ':token': { S: request.tokenHash },
          ':now': millis(now),
          ':expires': { N: String(Math.floor(now.getTime() / 1000) + sessionMaxAgeSeconds) },
          ':ip': { S: request.client.ipAddress },
          ':agent': { S: request.client.userAgent ?? '' },
          ':user': { S: request.userId },
        },
      });
      return refusal ? stateOf(refusal, request, lease, now) : { outcome: 'taken' };
    },

    async isHeld(request, now) {
      const row = await read(request);
      return row['endedAt'] === undefined && isLeased(row, now) && row['leaseFor']?.S === request.tokenHash;
    },

    async leave(request, lease, { successor, until }) {
      const refusal = await update(request, {
        UpdateExpression:
          'SET successor = :successor, successorFor = :token, successorUntil = :until REMOVE leaseId, leaseUntil, leaseFor',
        ConditionExpression: 'leaseId = :lease AND attribute_not_exists(endedAt)',
        ExpressionAttributeValues: {
          ':successor': { S: successor },
          ':token': { S: request.tokenHash },
          ':until': millis(until),
          ':lease': { S: lease.leaseId },
        },
      });
      return refusal?.['endedAt'] === undefined;
    },

    async refuse(request, lease, until) {
      await update(request, {
        UpdateExpression: 'SET refusedFor = :token, refusedUntil = :until REMOVE leaseId, leaseUntil, leaseFor',
        ConditionExpression: 'leaseId = :lease',
        ExpressionAttributeValues: {
          ':token': { S: request.tokenHash },
          ':until': millis(until),
          ':lease': { S: lease.leaseId },
        },
      });
    },

    async release(request, lease: Lease) {
      await update(request, {
        UpdateExpression: 'REMOVE leaseId, leaseUntil, leaseFor',
        ConditionExpression: 'leaseId = :lease',
        ExpressionAttributeValues: { ':lease': { S: lease.leaseId } },
      });
    },
  };
}

const millis = (date: Date): AttributeValue => ({ N: String(date.getTime()) });

const isAfter = (time: AttributeValue | undefined, now: Date): boolean => Number(time?.N ?? 0) > now.getTime();
const isLeased = (row: Row, now: Date): boolean => isAfter(row['leaseUntil'], now);

/** Why a row refused its lease. Expiry is a condition here: the table's TTL is only a broom. */
function stateOf(row: Row, { tokenHash }: RefreshRequest, lease: Lease, now: Date): RefreshState {
  if (row['endedAt']) return { outcome: 'ended' };
  const successor = row['successor']?.S;
  if (successor !== undefined && row['successorFor']?.S === tokenHash && isAfter(row['successorUntil'], now)) {
    return { outcome: 'succeeded', successor };
  }
  if (row['refusedFor']?.S === tokenHash && isAfter(row['refusedUntil'], now)) return { outcome: 'refused' };
  // The SDK repeats a write whose answer was lost, and must not wait for itself.
  if (row['leaseId']?.S === lease.leaseId) return { outcome: 'taken' };
  // Given back between the refusal and a read after it: waiting a moment and asking again settles it.
  if (!isLeased(row, now)) return { outcome: 'held', until: lease.until };
  if (row['leaseFor']?.S !== tokenHash) return { outcome: 'held-for-another-token' };
  return { outcome: 'held', until: new Date(Number(row['leaseUntil']?.N)) };
}
