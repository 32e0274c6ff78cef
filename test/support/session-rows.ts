/** An operator's hands in the Sessions table of a running local cloud. */
import { type AttributeValue, DynamoDBClient, GetItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { deriveSessionId } from '../../functions/shared/domain/user-id.ts';
import type { LocalCloud } from '../../lib/local/local-cloud.ts';

export interface SessionRows {
  /** @param workosSessionId WorkOS's own id; the row has a hash of it. */
  read(workosSessionId: string): Promise<Readonly<Record<string, AttributeValue>>>;
  /** As if its time had passed: whoever holds the lease is taken for dead. */
  letLeaseRunOut(workosSessionId: string): Promise<void>;
  /** As if its time had passed: WorkOS alone can say now what became of the old refresh token. */
  letSuccessorRunOut(workosSessionId: string): Promise<void>;
}

export function sessionRowsOf({ aws, deployment }: LocalCloud): SessionRows {
  const client = new DynamoDBClient({ region: deployment.region, endpoint: aws.url, credentials: aws.operator });
  const TableName = deployment.resources.find(
    ({ type, logicalId }) => type === 'AWS::DynamoDB::Table' && logicalId.startsWith('Sessions'),
  )?.physicalId;
  if (TableName === undefined) throw new Error('the templates have no Sessions table');

  const keyOf = (workosSessionId: string) => ({ sessionId: { S: deriveSessionId(workosSessionId) } });
  const runOut = async (workosSessionId: string, attribute: 'leaseUntil' | 'successorUntil'): Promise<void> => {
    await client.send(
      new UpdateItemCommand({
        TableName,
        Key: keyOf(workosSessionId),
        UpdateExpression: 'SET #until = :past',
        ConditionExpression: 'attribute_exists(#until)',
        ExpressionAttributeNames: { '#until': attribute },
        ExpressionAttributeValues: { ':past': { N: '0' } },
      }),
    );
  };
  return {
    async read(workosSessionId) {
      const get = new GetItemCommand({ TableName, Key: keyOf(workosSessionId), ConsistentRead: true });
      return (await client.send(get)).Item ?? {};
    },
    letLeaseRunOut: (workosSessionId) => runOut(workosSessionId, 'leaseUntil'),
    letSuccessorRunOut: (workosSessionId) => runOut(workosSessionId, 'successorUntil'),
  };
}
