/** The contract of `NativeSessionRecords`, held by the memory store and by the DynamoDB store; and what is DynamoDB's alone. */
import { randomUUID } from 'node:crypto';
import {
  CreateTableCommand,
  type DynamoDBClient,
  GetItemCommand,
  waitUntilTableExists,
} from '@aws-sdk/client-dynamodb';
import { describe, expect, it } from 'vitest';
import { createDynamoNativeSessionRecords } from '../../../functions/shared/aws/dynamo-native-session-records.ts';
import { createMemoryNativeSessionRecords } from '../../support/memory-native-session-records.ts';
import { describeNativeSessionRecords, nativeSessionOfSomeone } from '../../support/native-session-records-contract.ts';
import { startScriptedServer, unusedUrl } from '../../support/scripted-server.ts';
import { dynamoDbAt, startDynalite } from '../../support/users-table.ts';

async function createTable(client: DynamoDBClient): Promise<string> {
  const TableName = `native-sessions-${randomUUID()}`;
  const keys = { byUser: 'userId', byWorkosSession: 'workosSessionId' };
  await client.send(
    new CreateTableCommand({
      TableName,
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: [{ AttributeName: 'sessionId', KeyType: 'HASH' }],
      AttributeDefinitions: ['sessionId', ...Object.values(keys)].map((AttributeName) => ({
        AttributeName,
        AttributeType: 'S',
      })),
      GlobalSecondaryIndexes: Object.entries(keys).map(([IndexName, AttributeName]) => ({
        IndexName,
        KeySchema: [{ AttributeName, KeyType: 'HASH' }],
        Projection: { ProjectionType: 'ALL' },
      })),
    }),
  );
  await waitUntilTableExists({ client, maxWaitTime: 30, minDelay: 1 }, { TableName });
  return TableName;
}

const dynalite = await startDynalite();
const tableName = await createTable(dynalite);

describeNativeSessionRecords('memory', createMemoryNativeSessionRecords);
describeNativeSessionRecords('dynalite', () => createDynamoNativeSessionRecords(dynalite, tableName));

const { DYNAMODB_ENDPOINT } = process.env;
if (DYNAMODB_ENDPOINT) {
  const client = dynamoDbAt(DYNAMODB_ENDPOINT);
  const remoteTable = await createTable(client);
  describeNativeSessionRecords(DYNAMODB_ENDPOINT, () => createDynamoNativeSessionRecords(client, remoteTable));
}

describe('createDynamoNativeSessionRecords()', () => {
  const now = new Date('2026-11-22T10:00:00.000Z');

  it('leaves an ended row to the TTL of its absolute end, with the reason in it', async () => {
    const records = createDynamoNativeSessionRecords(dynalite, tableName);
    const session = nativeSessionOfSomeone({ absoluteExpiresAt: new Date('2027-11-22T10:00:00.001Z') });
    await records.begin(session);
    await records.end(session.sessionId, 'refresh_token_reused', now);
    const Key = { sessionId: { S: session.sessionId } };
    const { Item } = await dynalite.send(new GetItemCommand({ TableName: tableName, Key }));
    expect(Item).toMatchObject({
      endReason: { S: 'refresh_token_reused' },
      endedAt: { N: String(now.getTime()) },
      removeAt: { N: String(Date.UTC(2027, 10, 22, 10) / 1000 + 1) },
    });
  });

  it('reads consistently: a session that was ended a moment ago has ended', async () => {
    const table = await startScriptedServer(() => ({ body: {} }));
    const records = createDynamoNativeSessionRecords(dynamoDbAt(table.url), 'native-sessions');
    await records.find('f'.repeat(32), now);
    await records.findKept('f'.repeat(32));
    const reads = table.requests.map(({ body }) => JSON.parse(body) as Record<string, unknown>);
    expect(reads).toMatchObject([{ ConsistentRead: true }, { ConsistentRead: true }]);
  });

  it('is temporarily unavailable, with the reason as its cause, when the table is', async () => {
    const records = createDynamoNativeSessionRecords(dynamoDbAt(await unusedUrl()), tableName);
    const session = nativeSessionOfSomeone();
    const { sessionId } = session;
    const rotation = { from: session, now, expiresAt: now, client: { ipAddress: '192.0.2.7', userAgent: undefined } };
    for (const call of [
      records.begin(session),
      records.find(sessionId, now),
      records.findKept(sessionId),
      records.rotate(sessionId, rotation),
      records.end(sessionId, 'signed_out', now),
      records.askAgain(sessionId),
      records.listByUser(session.userId, now),
      records.listByWorkosSession(session.workosSessionId, now),
    ]) {
      await expect(call).rejects.toMatchObject({ code: 'temporarily_unavailable', cause: expect.any(Error) });
    }
  });
});
