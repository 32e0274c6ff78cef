/** The Once table (key `id`: `kind#id`). `expiresAt`, in seconds, is condition and TTL. */
import { randomUUID } from 'node:crypto';
import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb';
import { AuthError } from '../domain/auth-error.ts';
import type { Once, OnceKind } from '../domain/once.ts';
import { orUnavailable } from './or-unavailable.ts';

const keyOf = (kind: OnceKind, id: string) => ({ id: { S: `${kind}#${id}` } });
const seconds = (date: Date): number => date.getTime() / 1000;

export function createDynamoOnce(client: DynamoDBClient, tableName: string): Once {
  return {
    async claim(kind, id, until, now) {
      const claimId = { S: randomUUID() };
      const put = new PutItemCommand({
        TableName: tableName,
        Item: { ...keyOf(kind, id), claimId, expiresAt: { N: String(Math.ceil(seconds(until))) } },
        // The SDK repeats a write whose answer was lost, and must not take its own claim for another's.
        ConditionExpression: 'attribute_not_exists(id) OR expiresAt <= :now OR claimId = :claim',
        ExpressionAttributeValues: { ':now': { N: String(Math.floor(seconds(now))) }, ':claim': claimId },
      });
      try {
        await client.send(put);
        return true;
      } catch (cause) {
        if (cause instanceof ConditionalCheckFailedException) return false;
        throw new AuthError('temporarily_unavailable', 'the Once table did not take the claim', { cause });
      }
    },

    async has(kind, id, now) {
      const get = new GetItemCommand({ TableName: tableName, Key: keyOf(kind, id), ConsistentRead: true });
      const { Item } = await orUnavailable('the Once table', client.send(get));
      return Number(Item?.['expiresAt']?.N ?? 0) > seconds(now);
    },
  };
}
