/** A ModuleTokens table with its index, in a dynalite of this process. */
import { CreateTableCommand, type DynamoDBClient, waitUntilTableExists } from '@aws-sdk/client-dynamodb';

export async function createModuleTokensTable(client: DynamoDBClient): Promise<string> {
  const TableName = `module-tokens-${crypto.randomUUID()}`;
  await client.send(
    new CreateTableCommand({
      TableName,
      KeySchema: [
        { AttributeName: 'userId', KeyType: 'HASH' },
        { AttributeName: 'module', KeyType: 'RANGE' },
      ],
      AttributeDefinitions: ['userId', 'module', 'slot'].map((AttributeName) => ({
        AttributeName,
        AttributeType: 'S' as const,
      })),
      GlobalSecondaryIndexes: [
        {
          IndexName: 'bySlot',
          KeySchema: [{ AttributeName: 'slot', KeyType: 'HASH' }],
          Projection: { ProjectionType: 'KEYS_ONLY' },
        },
      ],
      BillingMode: 'PAY_PER_REQUEST',
    }),
  );
  await waitUntilTableExists({ client, maxWaitTime: 60, minDelay: 1 }, { TableName });
  return TableName;
}

/** Every write goes out twice, as the SDK sends it again when an answer is lost. To be undone by what it returns. */
export function writeTwice(client: DynamoDBClient): () => void {
  const name = 'write twice';
  client.middlewareStack.add(
    (next) => async (call) => {
      await next(call);
      return next(call);
    },
    { step: 'finalizeRequest', priority: 'low', name },
  );
  return () => void client.middlewareStack.remove(name);
}
