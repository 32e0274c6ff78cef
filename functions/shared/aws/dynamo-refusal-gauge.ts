/** Refusals by quarter of an hour, in one row of the Jobs table. Written only when something is refused. */
import { ConditionalCheckFailedException, type DynamoDBClient, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import * as v from 'valibot';
import { AuthError } from '../domain/auth-error.ts';
import { type RefusalGauge, refusalWindowMs } from '../domain/refusal-gauge.ts';
import { number } from './attributes.ts';
import { orUnavailable } from './or-unavailable.ts';

const what = 'the Jobs table';
const row = v.object({ current: number, previous: number });

interface Step {
  readonly update: string;
  readonly condition: string;
}

const setCount = 'SET #window = :window, #current = :one';
/** One of them holds, unless another process was faster: then the first one does in the next round. */
const steps: readonly Step[] = [
  { update: 'SET #current = #current + :one', condition: '#window = :window' },
  { update: `${setCount}, previous = #current`, condition: '#window = :before' },
  { update: `${setCount}, previous = :none`, condition: 'attribute_not_exists(job) OR #window < :before' },
];
const rounds = 2;

/** @param name of the row. */
export function createDynamoRefusalGauge(
  { client, tableName }: { readonly client: DynamoDBClient; readonly tableName: string },
  name: string,
): RefusalGauge {
  const attempt = async ({ update, condition }: Step, window: number) => {
    const isNamed = `${update} ${condition}`;
    const values = { ':one': 1, ':none': 0, ':window': window, ':before': window - 1 };
    const used = Object.entries(values).filter(([key]) => isNamed.includes(key));
    const command = new UpdateItemCommand({
      TableName: tableName,
      Key: { job: { S: name } },
      UpdateExpression: update,
      ConditionExpression: condition,
      ExpressionAttributeNames: { '#window': 'window', '#current': 'current' },
      ExpressionAttributeValues: Object.fromEntries(used.map(([key, value]) => [key, { N: String(value) }])),
      ReturnValues: 'ALL_NEW',
    });
    try {
      return v.parse(row, (await orUnavailable(what, client.send(command))).Attributes);
    } catch (error) {
      if (error instanceof Error && error.cause instanceof ConditionalCheckFailedException) return undefined;
      throw error;
    }
  };

  return {
    async count(now) {
      const window = Math.floor(now.getTime() / refusalWindowMs);
      for (const step of Array.from({ length: rounds }, () => steps).flat()) {
        const counted = await attempt(step, window);
        if (counted) return counted;
      }
      throw new AuthError('temporarily_unavailable', 'the clocks of the workers are a quarter of an hour apart');
    },
  };
}
