/**
 * Turns of mailboxes in ModuleTokens: every write is conditional on the turn's lease, and knows itself when the SDK repeats it.
 * `failures` counts turns that were postponed; `untold` marks an end that the bus has not been told of.
 */
import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  UpdateItemCommand,
  type UpdateItemCommandInput,
} from '@aws-sdk/client-dynamodb';
import type { MailboxTurn, MailboxTurns } from '../domain/mailbox-turns.ts';
import { connectionKey, newWriteId, parseConnection, type Row, toNumber } from './module-connection-row.ts';
import { orUnavailable } from './or-unavailable.ts';

const what = 'the ModuleTokens table';

interface Change {
  readonly set?: readonly string[];
  readonly remove?: readonly string[];
  readonly names?: Record<string, string>;
  readonly values?: Row;
}

const endsTurn = ['leaseId', 'leaseUntil'];

/**
 * A turn, or the telling that a dead process left, that nobody is at; or this very call, repeated. AND binds before OR: nested
 * parentheses say the same, and the local stand-in takes twenty times as long to read them.
 */
const mayBegin = [
  '#status = :connected AND nextTurnAt <= :now AND attribute_not_exists(leaseId)',
  '#status = :connected AND nextTurnAt <= :now AND leaseUntil <= :now',
  'attribute_exists(untold) AND attribute_not_exists(leaseId)',
  'attribute_exists(untold) AND leaseUntil <= :now',
  'leaseId = :lease',
].join(' OR ');

/** @param module whose rows these are: `gmail`. */
export function createDynamoMailboxTurns(client: DynamoDBClient, tableName: string, module: string): MailboxTurns {
  const keyOf = (userId: string): Row => connectionKey({ userId, module });

  /** @returns the row after; `undefined` when the lease is lost. */
  const change = async (
    turn: MailboxTurn,
    { set = [], remove = [], names, values }: Change,
  ): Promise<Row | undefined> => {
    const removal = remove.length > 0 ? ` REMOVE ${remove.join(', ')}` : '';
    const command = {
      TableName: tableName,
      Key: keyOf(turn.connection.userId),
      UpdateExpression: `SET ${['version = version + :one', 'writeId = :write', ...set].join(', ')}${removal}`,
      ConditionExpression: 'leaseId = :lease OR writeId = :write',
      ...(names && { ExpressionAttributeNames: names }),
      ExpressionAttributeValues: {
        ...values,
        ':one': toNumber(1),
        ':write': newWriteId(),
        ':lease': { S: turn.lease.leaseId },
      },
      ReturnValues: 'ALL_NEW',
    } as const;
    const answer = await update(client, command);
    return answer instanceof ConditionalCheckFailedException ? undefined : answer;
  };

  /** A turn writes the index where its cadence has changed, and never otherwise. */
  const slotChange = ({ connection }: MailboxTurn, slot: string): Change =>
    connection.slot === slot ? {} : { set: ['slot = :slot'], values: { ':slot': { S: slot } } };

  return {
    async begin(userId, { leaseId, until }, now) {
      const answer = await update(client, {
        TableName: tableName,
        Key: keyOf(userId),
        UpdateExpression: 'SET leaseId = :lease, leaseUntil = :until, version = version + :one',
        ConditionExpression: mayBegin,
        ExpressionAttributeNames: { '#status': 'status' },
        ExpressionAttributeValues: {
          ':lease': { S: leaseId },
          ':until': toNumber(until),
          ':now': toNumber(now),
          ':one': toNumber(1),
          ':connected': { S: 'connected' },
        },
        ReturnValues: 'ALL_NEW',
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      });
      if (!(answer instanceof ConditionalCheckFailedException)) return answer && toTurn(answer, { leaseId, until });
      // DynamoDB hands the row along with its refusal; what stands in for it may not.
      return isHeld(answer.Item ?? (await find(client, tableName, keyOf(userId))), now) ? 'held' : undefined;
    },

    async keepTokens(turn, { sealed, tokenVersion }) {
      const after = await change(turn, {
        set: ['keyId = :key', 'sealed = :sealed', 'tokenVersion = :tokens'],
        values: { ':key': { S: sealed.keyId }, ':sealed': { B: sealed.bytes }, ':tokens': toNumber(tokenVersion) },
      });
      return after && toTurn(after, turn.lease);
    },

    async finish(turn, { mailbox, refreshedAt, nextTurnAt, slot }) {
      const moved = slotChange(turn, slot);
      const after = await change(turn, {
        set: [
          'historyId = :history',
          'messagesTotal = :total',
          'lastSyncedAt = :synced',
          'refreshedAt = :refreshed',
          'nextTurnAt = :next',
          ...(moved.set ?? []),
        ],
        remove: [...endsTurn, 'failures'],
        values: {
          ':history': { S: mailbox.historyId },
          ':total': toNumber(mailbox.messagesTotal),
          ':synced': toNumber(mailbox.lastSyncedAt),
          ':refreshed': toNumber(refreshedAt),
          ':next': toNumber(nextTurnAt),
          ...moved.values,
        },
      });
      return after !== undefined;
    },

    async postpone(turn, { nextTurnAt, slot, failures }) {
      const moved = slotChange(turn, slot);
      const after = await change(turn, {
        set: ['nextTurnAt = :next', 'failures = :failures', ...(moved.set ?? [])],
        remove: endsTurn,
        values: { ':next': toNumber(nextTurnAt), ':failures': toNumber(failures), ...moved.values },
      });
      return after !== undefined;
    },

    async release(turn) {
      await change(turn, { remove: endsTurn });
    },

    async requireReauthorization(turn, problem) {
      const after = await change(turn, {
        set: ['#status = :required', 'problem = :problem', 'untold = :untold'],
        remove: ['slot', 'nextTurnAt', 'failures'],
        names: { '#status': 'status' },
        values: {
          ':required': { S: 'reauthorization_required' },
          ':problem': { S: problem },
          ':untold': { BOOL: true },
        },
      });
      return after !== undefined;
    },

    async told(turn) {
      await change(turn, { remove: [...endsTurn, 'untold'] });
    },
  };
}

function toTurn(row: Row, lease: MailboxTurn['lease']): MailboxTurn {
  return { connection: parseConnection(row), lease, failures: Number(row['failures']?.N ?? 0) };
}

/** Whether the lease is all that is in the way. */
function isHeld(row: Row | undefined, now: Date): boolean {
  const isAtMost = (name: string): boolean => Number(row?.[name]?.N ?? Infinity) <= now.getTime();
  const isOfDue = row?.['untold'] !== undefined || (row?.['status']?.S === 'connected' && isAtMost('nextTurnAt'));
  return isOfDue && row?.['leaseId'] !== undefined && !isAtMost('leaseUntil');
}

async function find(client: DynamoDBClient, TableName: string, Key: Row): Promise<Row | undefined> {
  return (await orUnavailable(what, client.send(new GetItemCommand({ TableName, Key, ConsistentRead: true })))).Item;
}

/** @returns the row after, or DynamoDB's refusal where the condition does not hold. @throws AuthError `temporarily_unavailable` */
async function update(
  client: DynamoDBClient,
  input: UpdateItemCommandInput,
): Promise<ConditionalCheckFailedException | Row | undefined> {
  try {
    return (await orUnavailable(what, client.send(new UpdateItemCommand(input)))).Attributes;
  } catch (error) {
    if (error instanceof Error && error.cause instanceof ConditionalCheckFailedException) return error.cause;
    throw error;
  }
}
