/** The Jobs table (key `job`): each job's state as JSON, with the version that the next write is conditional on. */
import { randomUUID } from 'node:crypto';
import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb';
import * as v from 'valibot';
import type { JobProgress } from '../domain/job-progress.ts';
import { number, text } from './attributes.ts';
import { orUnavailable } from './or-unavailable.ts';

const what = 'the Jobs table';
const row = v.object({ state: text, version: number });

/** @param schema of the state, as JSON has it. */
export function createDynamoJobProgress<const Schema extends v.GenericSchema>(
  { client, tableName }: { readonly client: DynamoDBClient; readonly tableName: string },
  schema: Schema,
): JobProgress<v.InferOutput<Schema>> {
  return {
    async read(job) {
      const get = new GetItemCommand({ TableName: tableName, Key: { job: { S: job } }, ConsistentRead: true });
      const { Item } = await orUnavailable(what, client.send(get));
      if (!Item) return undefined;
      const { state, version } = v.parse(row, Item);
      return { state: v.parse(schema, JSON.parse(state)), version };
    },

    async write(job, state, replaces) {
      const writeId = { S: randomUUID() };
      const put = new PutItemCommand({
        TableName: tableName,
        Item: {
          job: { S: job },
          state: { S: JSON.stringify(state) },
          version: { N: String((replaces ?? 0) + 1) },
          writeId,
        },
        // The SDK repeats a write whose answer was lost, and must not take its own for another run's.
        ConditionExpression: `${replaces === undefined ? 'attribute_not_exists(job)' : 'version = :replaces'} OR writeId = :write`,
        ExpressionAttributeValues: {
          ':write': writeId,
          ...(replaces !== undefined && { ':replaces': { N: String(replaces) } }),
        },
      });
      try {
        await orUnavailable(what, client.send(put));
        return true;
      } catch (error) {
        if (error instanceof Error && error.cause instanceof ConditionalCheckFailedException) return false;
        throw error;
      }
    },
  };
}
