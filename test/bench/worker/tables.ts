/** The tables beside ModuleTokens that the worker has to do with. */
import { CreateTableCommand, type DynamoDBClient, waitUntilTableExists } from '@aws-sdk/client-dynamodb';

export async function createBenchTables(
  client: DynamoDBClient,
): Promise<{ readonly keys: string; readonly jobs: string }> {
  const suffix = crypto.randomUUID();
  return {
    keys: await createTable(client, `keys-${suffix}`, 'purpose', 'keyId'),
    jobs: await createTable(client, `jobs-${suffix}`, 'job'),
  };
}

async function createTable(client: DynamoDBClient, TableName: string, ...keys: readonly string[]): Promise<string> {
  await client.send(
    new CreateTableCommand({
      TableName,
      KeySchema: keys.map((AttributeName, index) => ({ AttributeName, KeyType: index === 0 ? 'HASH' : 'RANGE' })),
      AttributeDefinitions: keys.map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
      BillingMode: 'PAY_PER_REQUEST',
    }),
  );
  await waitUntilTableExists({ client, maxWaitTime: 60, minDelay: 1 }, { TableName });
  return TableName;
}
