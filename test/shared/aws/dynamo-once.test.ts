/** The contract of `Once`, held by the memory store and by the DynamoDB store; and what is DynamoDB's alone. */
import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import { describe, expect, it } from 'vitest';
import { createDynamoOnce } from '../../../functions/shared/aws/dynamo-once.ts';
import { createMemoryOnce } from '../../support/memory-once.ts';
import { describeOnce } from '../../support/once-contract.ts';
import { createStringKeyTable } from '../../support/string-key-table.ts';
import { startDynalite } from '../../support/users-table.ts';

const dynalite = await startDynalite();
const tableName = await createStringKeyTable(dynalite, 'id');
const now = new Date('2026-11-22T10:00:00.400Z');
const until = new Date('2026-11-22T10:01:00.400Z');

describeOnce('memory', createMemoryOnce);
describeOnce('dynalite', () => createDynamoOnce(dynalite, tableName));

describe('createDynamoOnce()', () => {
  it('writes a row that DynamoDB may remove when its time is over, and not before', async () => {
    await createDynamoOnce(dynalite, tableName).claim('webhook', 'event_1', until, now);
    const get = new GetItemCommand({ TableName: tableName, Key: { id: { S: 'webhook#event_1' } } });
    expect((await dynalite.send(get)).Item).toStrictEqual({
      id: { S: 'webhook#event_1' },
      claimId: { S: expect.any(String) },
      expiresAt: { N: String(Math.ceil(until.getTime() / 1000)) },
    });
  });

  it("takes a write that the SDK repeats, because the answer to it was lost, for the first one's claim", async () => {
    const { middlewareStack } = dynalite;
    const name = 'write twice';
    middlewareStack.add(
      (next) => async (call) => {
        await next(call);
        return next(call);
      },
      { step: 'finalizeRequest', priority: 'low', name },
    );
    try {
      expect(await createDynamoOnce(dynalite, tableName).claim('webhook', 'event_2', until, now)).toBe(true);
    } finally {
      middlewareStack.remove(name);
    }
  });

  it('is temporarily unavailable when there is no table', async () => {
    const once = createDynamoOnce(dynalite, 'no-such-table');
    const unavailable = { code: 'temporarily_unavailable', cause: expect.any(Error) };
    await expect(once.claim('dpop', 'x', until, now)).rejects.toMatchObject(unavailable);
    await expect(once.has('dpop', 'x', now)).rejects.toMatchObject(unavailable);
  });
});
