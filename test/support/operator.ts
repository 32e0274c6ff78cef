/** An operator's hands in a running local cloud: the rows of its tables and the fields of its secrets. */
import {
  type AttributeValue,
  ConditionalCheckFailedException,
  DeleteItemCommand,
  DynamoDBClient,
  ScanCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { PutSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { LocalCloud } from '../../lib/local/local-cloud.ts';

export type Row = Readonly<Record<string, unknown>>;

export interface Operator {
  /** All rows of the Users table. */
  users(): Promise<readonly Row[]>;
  setUserStatus(userId: string, status: 'active' | 'deleted' | 'disabled'): Promise<void>;
  /** As if `rotate-keys` had never copied WorkOS's keys. */
  forgetWorkosKeys(): Promise<void>;
  /** As if a cadence had passed: the next run of `refresh-due-modules` finds everybody, and everybody's turn is due. */
  makeTurnsDue(): Promise<void>;
  /** What is connected: the rows of ModuleTokens. What is sealed in them is no text. */
  connections(): Promise<readonly Row[]>;
  /** As if so much time had passed that every lease of ModuleTokens has run out. */
  runLeasesOut(): Promise<void>;
  /** Replaces the value of a secret. Instances that have read it keep what they read. */
  putSecret(purpose: 'cookie' | 'workos', fields: Readonly<Record<string, unknown>>): Promise<void>;
}

export function operatorOf({ aws, deployment }: LocalCloud): Operator {
  const config = { region: deployment.region, endpoint: aws.url, credentials: aws.operator };
  const dynamoDb = new DynamoDBClient(config);
  const secretsManager = new SecretsManagerClient(config);
  const tableNamed = (name: string): string => {
    const table = deployment.resources.find(
      ({ type, logicalId }) => type === 'AWS::DynamoDB::Table' && logicalId.startsWith(name),
    );
    if (table === undefined) throw new Error(`the templates have no ${name} table`);
    return table.physicalId;
  };
  const TableName = tableNamed('Users');
  const tokens = tableNamed('ModuleTokens');
  const scanTokens = async () => {
    const { Items = [] } = await dynamoDb.send(new ScanCommand({ TableName: tokens, ConsistentRead: true }));
    return Items;
  };

  return {
    async users() {
      const { Items = [] } = await dynamoDb.send(new ScanCommand({ TableName, ConsistentRead: true }));
      return Items.map(toRow);
    },
    async setUserStatus(userId, status) {
      await dynamoDb.send(
        new UpdateItemCommand({
          TableName,
          Key: { userId: { S: userId } },
          UpdateExpression: 'SET #status = :status',
          ExpressionAttributeNames: { '#status': 'status' },
          ExpressionAttributeValues: { ':status': { S: status } },
        }),
      );
    },
    async forgetWorkosKeys() {
      const Key = { purpose: { S: 'workos-jwks' }, keyId: { S: 'current' } };
      await dynamoDb.send(new DeleteItemCommand({ TableName: tableNamed('Keys'), Key }));
    },
    async makeTurnsDue() {
      for (const { userId, module, nextTurnAt } of await scanTokens()) {
        if (!userId || !module || !nextTurnAt) continue;
        await dynamoDb.send(
          new UpdateItemCommand({
            TableName: tokens,
            Key: { userId, module },
            UpdateExpression: 'SET nextTurnAt = :now',
            ExpressionAttributeValues: { ':now': { N: '0' } },
          }),
        );
      }
      const Key = { job: { S: 'refresh-due-modules' } };
      await dynamoDb.send(new DeleteItemCommand({ TableName: tableNamed('Jobs'), Key }));
    },
    async connections() {
      return (await scanTokens()).map(toRow);
    },
    async runLeasesOut() {
      for (const { userId, module, leaseId } of await scanTokens()) {
        if (!userId || !module || !leaseId) continue;
        const command = new UpdateItemCommand({
          TableName: tokens,
          Key: { userId, module },
          UpdateExpression: 'SET leaseUntil = :now',
          ConditionExpression: 'leaseId = :lease',
          ExpressionAttributeValues: { ':now': { N: '0' }, ':lease': leaseId },
        });
        // Whoever gave it back meanwhile needs no help.
        await dynamoDb.send(command).catch((error: unknown) => {
          if (!(error instanceof ConditionalCheckFailedException)) throw error;
        });
      }
    },
    async putSecret(purpose, fields) {
      const SecretId = `gatehouse/local/${purpose}`;
      await secretsManager.send(new PutSecretValueCommand({ SecretId, SecretString: JSON.stringify(fields) }));
    },
  };
}

function toRow(item: Readonly<Record<string, AttributeValue>>): Row {
  return Object.fromEntries(Object.entries(item).map(([name, value]) => [name, toValue(value)]));
}

function toValue({ S, N, BOOL, L }: AttributeValue): unknown {
  return S ?? BOOL ?? L?.map(toValue) ?? Number(N);
}
