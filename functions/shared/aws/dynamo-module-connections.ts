/** The ModuleTokens table as the keeper uses it: every write is conditional on the version that was read, or on a lease. */
import {
  ConditionalCheckFailedException,
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import type { ModuleConnection, ModuleConnections } from '../domain/module-connections.ts';
import {
  connectionKey,
  isConnectionRow,
  newWriteId,
  parseConnection,
  type Row,
  toNumber,
  toRow,
} from './module-connection-row.ts';
import { orUnavailable } from './or-unavailable.ts';

const what = 'the ModuleTokens table';

interface Change {
  readonly on: Pick<ModuleConnection, 'module' | 'userId'>;
  readonly set: string;
  readonly remove?: string;
  readonly condition: string;
  readonly names?: Record<string, string>;
  readonly values: Row;
}

export function createDynamoModuleConnections(client: DynamoDBClient, tableName: string): ModuleConnections {
  /** @returns the row before; `undefined` when the condition does not hold. */
  const update = async ({ on, set, remove, condition, names, values }: Change): Promise<Row | undefined> => {
    const command = new UpdateItemCommand({
      TableName: tableName,
      Key: connectionKey(on),
      UpdateExpression: `SET ${set}, writeId = :write${remove === undefined ? '' : ` REMOVE ${remove}`}`,
      ConditionExpression: `(${condition}) OR writeId = :write`,
      ...(names && { ExpressionAttributeNames: names }),
      ExpressionAttributeValues: { ...values, ':write': newWriteId() },
      ReturnValues: 'ALL_OLD',
    });
    return unlessRefused(async () => (await client.send(command)).Attributes ?? {});
  };

  return {
    async list(userId) {
      const rows: Row[] = [];
      let from: Row | undefined;
      do {
        const query: QueryCommand = new QueryCommand({
          TableName: tableName,
          KeyConditionExpression: 'userId = :user',
          ExpressionAttributeValues: { ':user': { S: userId } },
          ConsistentRead: true,
          ...(from && { ExclusiveStartKey: from }),
        });
        const { Items = [], LastEvaluatedKey } = await orUnavailable(what, client.send(query));
        rows.push(...Items);
        from = LastEvaluatedKey;
      } while (from);
      return rows.filter(isConnectionRow).map(parseConnection);
    },

    async find(userId, module) {
      const Key = connectionKey({ userId, module });
      const get = new GetItemCommand({ TableName: tableName, Key, ConsistentRead: true });
      const { Item } = await orUnavailable(what, client.send(get));
      return Item && parseConnection(Item);
    },

    async put(connection, replaces) {
      // From the clock, so that a row which is made anew never has a version that an older one of its key had.
      const version = Math.max((replaces ?? 0) + 1, connection.connectedAt.getTime());
      const writeId = newWriteId();
      const isAsRead = replaces === undefined ? 'attribute_not_exists(userId)' : 'version = :replaces';
      const command = new PutItemCommand({
        TableName: tableName,
        Item: { ...toRow({ ...connection, version }), writeId },
        ConditionExpression: `${isAsRead} OR writeId = :write`,
        ExpressionAttributeValues: {
          ':write': writeId,
          ...(replaces !== undefined && { ':replaces': toNumber(replaces) }),
        },
      });
      return (await unlessRefused(() => client.send(command))) !== undefined;
    },

    async remove(userId, module) {
      const command = new DeleteItemCommand({
        TableName: tableName,
        Key: connectionKey({ userId, module }),
        ReturnValues: 'ALL_OLD',
      });
      const { Attributes } = await orUnavailable(what, client.send(command));
      return Attributes && parseConnection(Attributes);
    },

    async takeRefreshLease(connection, { leaseId, until }, now) {
      const version = connection.version + 1;
      const before = await update({
        on: connection,
        set: 'leaseId = :lease, leaseUntil = :until, version = :next',
        condition: 'version = :version AND (attribute_not_exists(leaseId) OR leaseUntil <= :now)',
        values: {
          ':lease': { S: leaseId },
          ':until': toNumber(until),
          ':now': toNumber(now),
          ':version': toNumber(connection.version),
          ':next': toNumber(version),
        },
      });
      if (!before) return undefined;
      const heldBefore = before['leaseId']?.S;
      return {
        connection: { ...parseConnection(before), version },
        wasInterrupted: heldBefore !== undefined && heldBefore !== leaseId,
      };
    },

    async leaveTokens(connection, { leaseId }, { sealed, tokenVersion, refreshedAt }) {
      const before = await update({
        on: connection,
        set: 'keyId = :key, sealed = :sealed, tokenVersion = :tokens, refreshedAt = :at, version = :next',
        remove: 'leaseId, leaseUntil',
        condition: 'leaseId = :lease',
        values: {
          ':lease': { S: leaseId },
          ':key': { S: sealed.keyId },
          ':sealed': { B: sealed.bytes },
          ':tokens': toNumber(tokenVersion),
          ':at': toNumber(refreshedAt),
          ':next': toNumber(connection.version + 1),
        },
      });
      return before !== undefined;
    },

    async releaseRefreshLease(connection, { leaseId }) {
      await update({
        on: connection,
        set: 'version = :next',
        remove: 'leaseId, leaseUntil',
        condition: 'leaseId = :lease',
        values: { ':lease': { S: leaseId }, ':next': toNumber(connection.version + 1) },
      });
    },

    async requireReauthorization(connection, problem) {
      const before = await update({
        on: connection,
        set: '#status = :required, problem = :problem, version = :next',
        remove: 'slot, nextTurnAt, leaseId, leaseUntil',
        condition: 'version = :version AND #status = :connected',
        names: { '#status': 'status' },
        values: {
          ':required': { S: 'reauthorization_required' },
          ':connected': { S: 'connected' },
          ':problem': { S: problem },
          ':version': toNumber(connection.version),
          ':next': toNumber(connection.version + 1),
        },
      });
      return before !== undefined;
    },

    async reseal(connection, sealed) {
      const before = await update({
        on: connection,
        set: 'keyId = :key, sealed = :sealed, version = :next',
        // Whoever holds a lease is about to leave other tokens.
        condition: 'version = :version AND attribute_not_exists(leaseId)',
        values: {
          ':key': { S: sealed.keyId },
          ':sealed': { B: sealed.bytes },
          ':version': toNumber(connection.version),
          ':next': toNumber(connection.version + 1),
        },
      });
      return before !== undefined;
    },
  };
}

/** @returns `undefined` when the write's condition does not hold. @throws AuthError `temporarily_unavailable` */
async function unlessRefused<Answer>(write: () => Promise<Answer>): Promise<Answer | undefined> {
  try {
    return await orUnavailable(what, write());
  } catch (error) {
    if (error instanceof Error && error.cause instanceof ConditionalCheckFailedException) return undefined;
    throw error;
  }
}
