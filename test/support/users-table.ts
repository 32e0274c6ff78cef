/** A Users table: in a dynalite of this process, or at the endpoint that `DYNAMODB_ENDPOINT` names. */
import type { AddressInfo } from 'node:net';
import {
  CreateTableCommand,
  DeleteTableCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  UpdateItemCommand,
  waitUntilTableExists,
} from '@aws-sdk/client-dynamodb';
import dynalite from 'dynalite';
import { afterAll } from 'vitest';
import { createDynamoUsers } from '../../functions/shared/aws/dynamo-users.ts';
import type { UsersUnderTest } from './users-contract.ts';

const localCredentials = { accessKeyId: 'local', secretAccessKey: 'local' };

/** Ends with the file's tests. */
export async function startDynalite(): Promise<DynamoDBClient> {
  const server = dynalite({ createTableMs: 0 });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const client = dynamoDbAt(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  afterAll(async () => {
    client.destroy();
    await new Promise((resolve) => {
      server.close(resolve);
    });
  });
  return client;
}

/** With the credentials of the environment where it has some. */
export function dynamoDbAt(endpoint: string): DynamoDBClient {
  const { AWS_ACCESS_KEY_ID, AWS_REGION = 'us-east-1' } = process.env;
  return new DynamoDBClient({
    endpoint,
    region: AWS_REGION,
    maxAttempts: 1,
    ...(AWS_ACCESS_KEY_ID === undefined && { credentials: localCredentials }),
  });
}

/** Makes a table of its own and removes it after the file's last test. */
export async function createUsersTable(client: DynamoDBClient): Promise<string> {
  const TableName = `users-test-${crypto.randomUUID()}`;
  await client.send(
    new CreateTableCommand({
      TableName,
      KeySchema: [{ AttributeName: 'userId', KeyType: 'HASH' }],
      AttributeDefinitions: [{ AttributeName: 'userId', AttributeType: 'S' }],
      BillingMode: 'PAY_PER_REQUEST',
    }),
  );
  await waitUntilTableExists({ client, maxWaitTime: 60, minDelay: 1 }, { TableName });
  afterAll(() => client.send(new DeleteTableCommand({ TableName })));
  return TableName;
}

export function usersIn(client: DynamoDBClient, TableName: string): UsersUnderTest {
  const keyOf = (userId: string) => ({ userId: { S: userId } });
  return {
    users: createDynamoUsers(client, TableName),
    async setStatus(userId, status) {
      if (status === 'deleted') {
        // A tombstone holds nothing of the user.
        await client.send(new PutItemCommand({ TableName, Item: { ...keyOf(userId), status: { S: status } } }));
        return;
      }
      await client.send(
        new UpdateItemCommand({
          TableName,
          Key: keyOf(userId),
          UpdateExpression: 'SET #status = :status',
          ExpressionAttributeNames: { '#status': 'status' },
          ExpressionAttributeValues: { ':status': { S: status } },
        }),
      );
    },
    async stored(userId) {
      const { Item } = await client.send(new GetItemCommand({ TableName, Key: keyOf(userId), ConsistentRead: true }));
      return Item;
    },
  };
}
