import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { describe, expect, it } from 'vitest';
import { createDynamoRefreshLeases } from '../../../functions/shared/aws/dynamo-refresh-leases.ts';
import { describeRefreshLeases } from '../../support/refresh-leases-contract.ts';
import { startScriptedServer } from '../../support/scripted-server.ts';
import { sessionsStores } from '../../support/sessions-under-test.ts';

for (const store of sessionsStores) describeRefreshLeases(store);

describe('createDynamoRefreshLeases()', () => {
  const now = new Date('2026-11-22T10:00:00.000Z');
  const lease = { leaseId: 'b', until: new Date(now.getTime() + 8_000) };
  const client = { ipAddress: '192.0.2.7', userAgent: 'Firefox' };
  const request = { sessionId: 'session_1', userId: 'usr_1', tokenHash: 'first', client };

  const leasesAt = (endpoint: string) => {
    const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
    const dynamoDb = new DynamoDBClient({ endpoint, region: 'us-east-1', credentials, maxAttempts: 1 });
    return createDynamoRefreshLeases({ client: dynamoDb, tableName: 'sessions', sessionMaxAgeSeconds: 3600 });
  };

  it('reads no row that DynamoDB sends along with its refusal', async () => {
    const until = new Date(now.getTime() + 1);
    const row = { leaseId: { S: 'a' }, leaseUntil: { N: String(until.getTime()) }, leaseFor: { S: 'first' } };
    const __type = 'com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException';
    const table = await startScriptedServer(() => ({ status: 400, body: { __type, Item: row } }));
    expect(await leasesAt(table.url).take(request, lease, now)).toStrictEqual({ outcome: 'held', until });
    expect(table.requests).toHaveLength(1);
  });

  it('throws what the table answers instead of a verdict', async () => {
    const __type = 'com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException';
    const table = await startScriptedServer(() => ({ status: 400, body: { __type, message: 'slower' } }));
    const leases = leasesAt(table.url);
    await expect(leases.take(request, lease, now)).rejects.toThrow('slower');
    await expect(leases.isHeld(request, now)).rejects.toThrow('slower');
    await expect(leases.release(request, lease)).rejects.toThrow('slower');
    await expect(leases.leave(request, lease, { successor: 'pair', until: now })).rejects.toThrow('slower');
  });
});
