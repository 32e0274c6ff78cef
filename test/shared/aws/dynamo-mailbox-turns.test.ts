/** The contract of `MailboxTurns`, held by both stores; and what is DynamoDB's alone. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterEach, describe, expect, it } from 'vitest';
import { createDynamoMailboxTurns } from '../../../functions/shared/aws/dynamo-mailbox-turns.ts';
import { createDynamoModuleConnections } from '../../../functions/shared/aws/dynamo-module-connections.ts';
import { describeMailboxTurns } from '../../support/mailbox-turns-contract.ts';
import { createMemoryMailboxTurns } from '../../support/memory-mailbox-turns.ts';
import { someConnection } from '../../support/module-connections-contract.ts';
import { createModuleTokensTable, writeTwice } from '../../support/module-tokens-table.ts';
import { type ScriptedAnswer, startScriptedServer } from '../../support/scripted-server.ts';
import { startDynalite } from '../../support/users-table.ts';

const dynalite = await startDynalite();
const tableName = await createModuleTokensTable(dynalite);
const connections = createDynamoModuleConnections(dynalite, tableName);
const turns = createDynamoMailboxTurns(dynalite, tableName, 'gmail');

const inDynalite = {
  ...turns,
  put: async (connection: Parameters<typeof connections.put>[0]) => void (await connections.put(connection, undefined)),
  find: (userId: string) => connections.find(userId, 'gmail'),
  remove: async (userId: string) => void (await connections.remove(userId, 'gmail')),
};

describeMailboxTurns('memory', createMemoryMailboxTurns);
describeMailboxTurns('dynalite', () => inDynalite);

const now = new Date('2026-11-22T10:00:01Z');
const lease = { leaseId: 'lease', until: new Date('2026-11-22T10:00:31Z') };
const done = {
  mailbox: { historyId: '77', messagesTotal: 12, lastSyncedAt: now },
  refreshedAt: now,
  nextTurnAt: new Date('2026-11-22T10:07:00Z'),
};

describe('createDynamoMailboxTurns()', () => {
  const undo: (() => void)[] = [];
  afterEach(() => undo.splice(0).forEach((each) => each()));

  it('takes a write that the SDK repeats, because its answer was lost, for its own', async () => {
    undo.push(writeTwice(dynalite));
    const { userId, sealed, slot = '' } = someConnection();
    await connections.put(someConnection({ userId }), undefined);
    const begin = async (at: Date) => {
      const turn = await turns.begin(userId, { leaseId: crypto.randomUUID(), until: new Date(at.getTime() + 1) }, at);
      if (turn === undefined || turn === 'held') throw new Error(`no turn: ${turn ?? 'not due'}`);
      return turn;
    };
    const kept = await turns.keepTokens(await begin(now), { sealed, tokenVersion: 2 });
    expect(kept && (await turns.finish(kept, { ...done, slot }))).toBe(true);
    const postponed = { nextTurnAt: done.nextTurnAt, slot, failures: 1 };
    expect(await turns.postpone(await begin(done.nextTurnAt), postponed)).toBe(true);
    const last = await begin(done.nextTurnAt);
    expect(await turns.requireReauthorization(last, 'grant_revoked')).toBe(true);
    await turns.told(last);
  });

  it('writes twice in a turn, reads nothing, and leaves the index alone', async () => {
    const { userId, slot = '' } = someConnection();
    await connections.put(someConnection({ userId }), undefined);
    const sent: object[] = [];
    const name = 'count what is sent';
    dynalite.middlewareStack.add((next) => (call) => next({ ...call, input: (sent.push(call.input), call.input) }), {
      step: 'initialize',
      name,
    });
    undo.push(() => void dynalite.middlewareStack.remove(name));
    const turn = await turns.begin(userId, lease, now);
    if (turn === undefined || turn === 'held') throw new Error('no turn');
    await turns.finish(turn, { ...done, slot });
    expect(sent).toHaveLength(2);
    for (const input of sent) expect(input).toHaveProperty('UpdateExpression', expect.not.stringContaining('slot'));
  });

  it('tells a lease from a turn that is not due by the row that comes with the refusal', async () => {
    const asked: string[] = [];
    const refusedWith = async (Item: object) => {
      const table = await startScriptedServer(({ headers }): ScriptedAnswer => {
        asked.push(String(headers['x-amz-target']));
        const __type = 'com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException';
        return { status: 400, body: { __type, message: 'The conditional request failed', Item } };
      });
      return createDynamoMailboxTurns(clientOf(table.url), 'tokens', 'gmail').begin('usr_1', lease, now);
    };
    const at = (date: Date) => ({ N: String(date.getTime()) });
    const due = { status: { S: 'connected' }, nextTurnAt: at(now), leaseId: { S: 'other' } };
    expect(await refusedWith({ ...due, leaseUntil: at(lease.until) })).toBe('held');
    expect(await refusedWith({ ...due, leaseUntil: at(lease.until), nextTurnAt: at(lease.until) })).toBeUndefined();
    expect(new Set(asked)).toEqual(new Set(['DynamoDB_20120810.UpdateItem']));
  });

  it('is temporarily unavailable when the table is', async () => {
    const __type = 'com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException';
    const table = await startScriptedServer(() => ({ status: 400, body: { __type, message: 'slower' } }));
    const away = createDynamoMailboxTurns(clientOf(table.url), 'tokens', 'gmail');
    await expect(away.begin('usr_1', lease, now)).rejects.toMatchObject({ code: 'temporarily_unavailable' });
  });
});

function clientOf(endpoint: string): DynamoDBClient {
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  return new DynamoDBClient({ endpoint, region: 'us-east-1', credentials, maxAttempts: 1 });
}
