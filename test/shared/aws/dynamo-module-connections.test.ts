/** The contract of `ModuleConnections`, held by both stores; and what is DynamoDB's alone. */
import { GetItemCommand, type AttributeValue } from '@aws-sdk/client-dynamodb';
import { describe, expect, it } from 'vitest';
import { createDynamoModuleConnections } from '../../../functions/shared/aws/dynamo-module-connections.ts';
import { createDynamoPendingRevocations } from '../../../functions/shared/aws/dynamo-pending-revocations.ts';
import { createTokenVault } from '../../../functions/shared/domain/create-token-vault.ts';
import { createMemoryDataKeys } from '../../support/memory-data-keys.ts';
import { createMemoryModuleConnections } from '../../support/memory-module-connections.ts';
import { createMemoryPendingRevocations } from '../../support/memory-pending-revocations.ts';
import { describeModuleConnections, someConnection } from '../../support/module-connections-contract.ts';
import { createModuleTokensTable, writeTwice } from '../../support/module-tokens-table.ts';
import { describePendingRevocations } from '../../support/pending-revocations-contract.ts';
import { startDynalite } from '../../support/users-table.ts';

const dynalite = await startDynalite();
const tableName = await createModuleTokensTable(dynalite);
const store = createDynamoModuleConnections(dynalite, tableName);

describeModuleConnections('memory', createMemoryModuleConnections);
describeModuleConnections('dynalite', () => store);
describePendingRevocations('memory', createMemoryPendingRevocations);
describePendingRevocations('dynalite', () => createDynamoPendingRevocations(dynalite, tableName));

async function rowOf(userId: string, module: string): Promise<Record<string, AttributeValue>> {
  const get = new GetItemCommand({ TableName: tableName, Key: { userId: { S: userId }, module: { S: module } } });
  return (await dynalite.send(get)).Item ?? {};
}

/** As DynamoDB counts: names and values. */
function bytesOf(row: Record<string, AttributeValue>): number {
  const sizeOf = (value: AttributeValue): number => {
    if (value.S !== undefined) return Buffer.byteLength(value.S);
    if (value.B !== undefined) return value.B.length;
    if (value.N !== undefined) return Math.ceil(value.N.length / 2) + 1;
    return 3 + (value.L ?? []).reduce((sum, each) => sum + 1 + sizeOf(each), 0);
  };
  return Object.entries(row).reduce((sum, [name, value]) => sum + name.length + sizeOf(value), 0);
}

describe('createDynamoModuleConnections()', () => {
  it('keeps the largest tokens that Google gives within one write unit, and none in clear', async () => {
    const keys = createMemoryDataKeys();
    const vault = createTokenVault({ stage: 'prod', keysOf: () => keys });
    const refreshToken = '1//0'.padEnd(512, 'canary-');
    const connection = someConnection({
      userId: `usr_${'f'.repeat(32)}`,
      account: { id: '1'.repeat(21), address: `${'a'.repeat(40)}@example.com` },
    });
    const binding = { kind: 'connection', userId: connection.userId, module: 'gmail', tokenVersion: 1 } as const;
    await store.put({ ...connection, sealed: await vault.seal({ refreshToken }, binding) }, undefined);
    const row = await rowOf(connection.userId, 'gmail');
    const mailbox = {
      historyId: { S: '9'.repeat(20) },
      messagesTotal: { N: '1000000' },
      lastSyncedAt: { N: '1700000000000' },
    };
    expect(bytesOf({ ...row, ...mailbox })).toBeLessThan(1024);
    expect(JSON.stringify(row) + Buffer.from(row['sealed']?.B ?? []).toString('latin1')).not.toContain('canary-');
  });

  it('takes a write that the SDK repeats, because its answer was lost, for its own', async () => {
    const undo = writeTwice(dynalite);
    try {
      const connection = someConnection();
      const [{ userId }, lease] = [connection, { leaseId: 'lease', until: new Date('2026-11-22T10:00:12Z') }];
      const find = async () => {
        const found = await store.find(userId, 'gmail');
        if (!found) throw new Error('it is not there');
        return found;
      };
      expect(await store.put(connection, undefined)).toBe(true);
      const taken = await store.takeRefreshLease(await find(), lease, connection.connectedAt);
      expect(taken?.connection).toEqual(await find());
      const refreshed = { ...connection, tokenVersion: 2, refreshedAt: new Date('2026-11-22T10:00:01Z') };
      expect(await store.leaveTokens(await find(), lease, refreshed)).toBe(true);
      expect(await store.reseal(await find(), connection.sealed)).toBe(true);
      expect(await store.requireReauthorization(await find(), 'grant_revoked')).toBe(true);
    } finally {
      undo();
    }
  });
});
