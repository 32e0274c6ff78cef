/** One client per service and instance. Short timeouts: the caller behind API Gateway is waiting. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';

const settings = { maxAttempts: 3, requestHandler: { connectionTimeout: 1_000, requestTimeout: 2_000 } };

export const createDynamoDb = (): DynamoDBClient => new DynamoDBClient(settings);
export const createEventBridge = (): EventBridgeClient => new EventBridgeClient(settings);
export const createSecretsManager = (): SecretsManagerClient => new SecretsManagerClient(settings);
