import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { describe, expect, it } from 'vitest';
import { createDynamoSessionRecords } from '../../../functions/shared/aws/dynamo-session-records.ts';
import { startScriptedServer } from '../../support/scripted-server.ts';
import { describeSessionRecords } from '../../support/session-records-contract.ts';
import { sessionsStores } from '../../support/sessions-under-test.ts';

for (const store of sessionsStores) describeSessionRecords(store);

describe('createDynamoSessionRecords()', () => {
  it('is temporarily unavailable when the table is', async () => {
    const __type = 'com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException';
    const table = await startScriptedServer(() => ({ status: 400, body: { __type, message: 'slower' } }));
    const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
    const client = new DynamoDBClient({ endpoint: table.url, region: 'us-east-1', credentials, maxAttempts: 1 });
    const records = createDynamoSessionRecords({ client, tableName: 'sessions', sessionMaxAgeSeconds: 3600 });
    const session = { sessionId: 'session_1', userId: 'usr_1' };
    const now = new Date();
    const unavailable = { code: 'temporarily_unavailable' };
    await expect(records.end(session, now)).rejects.toMatchObject(unavailable);
    await expect(records.isEnded('session_1')).rejects.toMatchObject(unavailable);
    await expect(records.list('usr_1', now)).rejects.toMatchObject(unavailable);
  });
});
