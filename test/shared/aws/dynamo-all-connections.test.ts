/** The contract of `AllConnections`, held by both stores; and what is DynamoDB's alone. */
import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { describe, expect, it } from 'vitest';
import { createDynamoAllConnections } from '../../../functions/shared/aws/dynamo-all-connections.ts';
import { createDynamoModuleConnections } from '../../../functions/shared/aws/dynamo-module-connections.ts';
import { createDynamoPendingRevocations } from '../../../functions/shared/aws/dynamo-pending-revocations.ts';
import { describeAllConnections } from '../../support/all-connections-contract.ts';
import { createMemoryModuleConnections } from '../../support/memory-module-connections.ts';
import { someConnection } from '../../support/module-connections-contract.ts';
import { createModuleTokensTable } from '../../support/module-tokens-table.ts';
import { startDynalite } from '../../support/users-table.ts';

const dynalite = await startDynalite();

async function start() {
  const tableName = await createModuleTokensTable(dynalite);
  const store = createDynamoModuleConnections(dynalite, tableName);
  return { tableName, ...store, ...createDynamoAllConnections(dynalite, tableName) };
}

describeAllConnections('memory', () => Promise.resolve(createMemoryModuleConnections()));
describeAllConnections('dynalite', start);

describe('createDynamoAllConnections()', () => {
  it('leaves out what is no connection, and names what it cannot read', async () => {
    const store = await start();
    const connection = someConnection();
    const { userId, module, sealed, tokenVersion } = connection;
    await store.put(connection, undefined);
    const revocation = { id: 'r', userId, module, sealed, sealedAs: 'connection', tokenVersion } as const;
    await createDynamoPendingRevocations(dynalite, store.tableName).put(revocation);
    const Item = { userId: { S: 'usr_by_hand' }, module: { S: 'gmail' }, status: { S: 'odd' } };
    await dynalite.send(new PutItemCommand({ TableName: store.tableName, Item }));
    const { connections, unreadable } = await store.page(10);
    expect(connections.map((each) => each.userId)).toEqual([userId]);
    expect(unreadable).toEqual([{ userId: 'usr_by_hand', module: 'gmail' }]);
  });

  it('is temporarily unavailable when there is no table', async () => {
    const all = createDynamoAllConnections(dynalite, 'no-such-table');
    await expect(all.page(1)).rejects.toMatchObject({ code: 'temporarily_unavailable', cause: expect.any(Error) });
  });
});
