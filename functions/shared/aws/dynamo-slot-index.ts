/** ModuleTokens by slot: an index of keys alone. */
import { type AttributeValue, type DynamoDBClient, QueryCommand } from '@aws-sdk/client-dynamodb';
import * as v from 'valibot';
import type { SlotIndex } from '../domain/due-turns.ts';
import { text } from './attributes.ts';
import { orUnavailable } from './or-unavailable.ts';

const keys = v.object({ userId: text });

export function createDynamoSlotIndex(client: DynamoDBClient, tableName: string): SlotIndex {
  return {
    async *pages(slot) {
      let from: Record<string, AttributeValue> | undefined;
      do {
        const query: QueryCommand = new QueryCommand({
          TableName: tableName,
          IndexName: 'bySlot',
          KeyConditionExpression: 'slot = :slot',
          ExpressionAttributeValues: { ':slot': { S: slot } },
          ...(from && { ExclusiveStartKey: from }),
        });
        const { Items = [], LastEvaluatedKey } = await orUnavailable('the index of turns', client.send(query));
        yield Items.map((item) => v.parse(keys, item).userId);
        from = LastEvaluatedKey;
      } while (from);
    },
  };
}
