/** The stores of the Sessions table, each with a way to look at the row itself: in memory, in dynalite, and at DYNAMODB_ENDPOINT. */
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import {
  CreateTableCommand,
  DeleteTableCommand,
  DynamoDBClient,
  GetItemCommand,
  waitUntilTableExists,
} from '@aws-sdk/client-dynamodb';
import dynalite from 'dynalite';
import { createDynamoRefreshLeases } from '../../functions/shared/aws/dynamo-refresh-leases.ts';
import { createDynamoSessionRecords } from '../../functions/shared/aws/dynamo-session-records.ts';
import type { RefreshLeases } from '../../functions/shared/domain/refresh-leases.ts';
import type { SessionRecords } from '../../functions/shared/domain/session-records.ts';
import { createMemoryRefreshLeases } from './memory-refresh-leases.ts';
import { createMemorySessionRecords, type MemorySessionRows } from './memory-session-records.ts';

export interface SessionsUnderTest {
  readonly leases: RefreshLeases;
  readonly records: SessionRecords;
  /** The row as it stands, in whatever form: for telling what is in it. */
  stored(sessionId: string): Promise<string>;
  close(): Promise<void>;
}

export interface SessionsStore {
  readonly name: string;
  start(): Promise<SessionsUnderTest>;
}

export const sessionMaxAgeSeconds = 3600;

const memory: SessionsStore = {
  name: 'memory',
  start() {
    const rows: MemorySessionRows = new Map();
    return Promise.resolve({
      leases: createMemoryRefreshLeases({ rows, sessionMaxAgeSeconds }),
      records: createMemorySessionRecords({ rows, sessionMaxAgeSeconds }),
      stored: (sessionId) => Promise.resolve(JSON.stringify(rows.get(sessionId) ?? {})),
      close: () => Promise.resolve(),
    });
  },
};

const inDynalite: SessionsStore = {
  name: 'dynalite',
  async start() {
    const server = dynalite({ createTableMs: 0, deleteTableMs: 0 }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const sessions = await startAt(`http://127.0.0.1:${port}`);
    return {
      ...sessions,
      async close() {
        await sessions.close();
        server.close();
      },
    };
  },
};

const endpoint = process.env['DYNAMODB_ENDPOINT'];
const atEndpoint: readonly SessionsStore[] = endpoint
  ? [{ name: `DynamoDB at ${endpoint}`, start: () => startAt(endpoint) }]
  : [];

export const sessionsStores: readonly SessionsStore[] = [memory, inDynalite, ...atEndpoint];

async function startAt(url: string): Promise<SessionsUnderTest> {
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const client = new DynamoDBClient({ endpoint: url, region: 'us-east-1', credentials });
  const tableName = `sessions-${randomUUID()}`;
  await client.send(
    new CreateTableCommand({
      TableName: tableName,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [
        { AttributeName: 'sessionId', AttributeType: 'S' },
        { AttributeName: 'userId', AttributeType: 'S' },
      ],
      KeySchema: [{ AttributeName: 'sessionId', KeyType: 'HASH' }],
      GlobalSecondaryIndexes: [
        {
          IndexName: 'byUser',
          KeySchema: [{ AttributeName: 'userId', KeyType: 'HASH' }],
          Projection: { ProjectionType: 'ALL' },
        },
      ],
    }),
  );
  await waitUntilTableExists({ client, maxWaitTime: 30, minDelay: 1 }, { TableName: tableName });
  const options = { client, tableName, sessionMaxAgeSeconds };
  return {
    leases: createDynamoRefreshLeases(options),
    records: createDynamoSessionRecords(options),
    async stored(sessionId) {
      const get = new GetItemCommand({
        TableName: tableName,
        Key: { sessionId: { S: sessionId } },
        ConsistentRead: true,
      });
      return JSON.stringify((await client.send(get)).Item ?? {});
    },
    async close() {
      await client.send(new DeleteTableCommand({ TableName: tableName }));
      client.destroy();
    },
  };
}
