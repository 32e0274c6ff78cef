/** Connected mailboxes by the thousand, each with tokens sealed as the keeper seals them. */
import { type AttributeValue, BatchWriteItemCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { toRow } from '../../../functions/shared/aws/module-connection-row.ts';
import { type Cadence, slotOf } from '../../../functions/shared/domain/slots.ts';
import type { TokenVault } from '../../../functions/shared/domain/token-vault.ts';

/** What DynamoDB takes at a time. */
const rowsPerWrite = 25;
const writesAtATime = 8;

export interface Seeding {
  readonly client: DynamoDBClient;
  readonly tableName: string;
  readonly vault: TokenVault;
  readonly cadence: Cadence;
  readonly now: Date;
}

export async function seedMailboxes(seeding: Seeding, count: number): Promise<readonly string[]> {
  const userIds = Array.from({ length: count }, (_, index) => `usr_${index.toString(16).padStart(32, '0')}`);
  const batches = Array.from({ length: Math.ceil(count / rowsPerWrite) }, (_, index) =>
    userIds.slice(index * rowsPerWrite, (index + 1) * rowsPerWrite),
  );
  const next = batches.values();
  await Promise.all(
    Array.from({ length: writesAtATime }, async () => {
      for (const batch of next) await write(seeding, batch);
    }),
  );
  return userIds;
}

async function write({ client, tableName, ...seeding }: Seeding, userIds: readonly string[]): Promise<void> {
  const items = await Promise.all(userIds.map((userId) => mailbox(seeding, userId)));
  const RequestItems = { [tableName]: items.map((Item) => ({ PutRequest: { Item } })) };
  await client.send(new BatchWriteItemCommand({ RequestItems }));
}

/** One that has had a turn before: an idle turn is what nearly all turns are. */
async function mailbox(
  { vault, cadence, now }: Omit<Seeding, 'client' | 'tableName'>,
  userId: string,
): Promise<Record<string, AttributeValue>> {
  const tokenVersion = 1;
  const refreshToken = `1//0${userId.padEnd(100, 'x')}`;
  const sealed = await vault.seal({ refreshToken }, { kind: 'connection', userId, module: 'gmail', tokenVersion });
  const row = toRow({
    userId,
    module: 'gmail',
    account: { id: userId.slice(-21), address: `${userId}@example.com` },
    scopes: ['https://www.googleapis.com/auth/gmail.modify'],
    sealed,
    tokenVersion,
    connectedAt: now,
    refreshedAt: now,
    version: 1,
    slot: slotOf(userId, cadence),
    nextTurnAt: now,
  });
  const instant = { N: String(now.getTime()) };
  return { ...row, historyId: { S: '1000' }, messagesTotal: { N: '7' }, lastSyncedAt: instant };
}
