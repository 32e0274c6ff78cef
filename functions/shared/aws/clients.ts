/** One client per service and instance. Short timeouts: the caller behind API Gateway is waiting. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { KMSClient } from '@aws-sdk/client-kms';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SQSClient } from '@aws-sdk/client-sqs';

const settings = {
  maxAttempts: 3,
  // Without the last of them the SDK only warns, and Lambda ends the invocation after 15 s.
  requestHandler: { connectionTimeout: 1_000, requestTimeout: 2_000, throwOnRequestTimeout: true },
};

export type DynamoDb = DynamoDBClient;

export const createDynamoDb = (): DynamoDBClient => new DynamoDBClient(settings);
/** Nobody is to wait long for an event that they do not see. */
export const createEventBridge = (): EventBridgeClient =>
  new EventBridgeClient({
    ...settings,
    maxAttempts: 2,
    requestHandler: { ...settings.requestHandler, requestTimeout: 1_000 },
  });
export const createKms = (): KMSClient => new KMSClient(settings);
export const createSqs = (): SQSClient => new SQSClient(settings);
export const createSecretsManager = (): SecretsManagerClient => new SecretsManagerClient(settings);
