/** The IssuedTokens table (key `userId`, `jti`). Times are numbers, in seconds, as the token has them; `expiresAt` is the TTL. */
import { type AttributeValue, type DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import type { IssuedTokens } from '../domain/access-tokens.ts';
import { orUnavailable } from './or-unavailable.ts';

export function createDynamoIssuedTokens(client: DynamoDBClient, tableName: string): IssuedTokens {
  return {
    async record({ userId, jti, jwtHash, sessionId, issuedAt, expiresAt }) {
      const put = new PutItemCommand({
        TableName: tableName,
        Item: {
          userId: { S: userId },
          jti: { S: jti },
          jwtHash: { S: jwtHash },
          sessionId: { S: sessionId },
          issuedAt: seconds(issuedAt),
          expiresAt: seconds(expiresAt),
        },
      });
      await orUnavailable('the IssuedTokens table', client.send(put));
    },
  };
}

const seconds = (date: Date): AttributeValue => ({ N: String(Math.floor(date.getTime() / 1000)) });
