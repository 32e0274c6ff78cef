/** The queue of turns: one message for each, sent ten at a time. */
import { SendMessageBatchCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { AuthError } from '../domain/auth-error.ts';
import type { TurnQueue } from '../domain/due-turns.ts';
import { runBounded } from '../domain/run-bounded.ts';
import { orUnavailable } from './or-unavailable.ts';

const what = 'the queue of turns';
/** What SQS takes in one call. */
const batchSize = 10;
const callsAtATime = 8;
/** SQS may refuse some of a batch and take the rest. */
const maxTries = 3;

export function createSqsTurnQueue(client: SQSClient, queueUrl: string): TurnQueue {
  /** @returns those that were refused. */
  const sendOnce = async (userIds: readonly string[]): Promise<readonly string[]> => {
    const Entries = userIds.map((userId, index) => ({ Id: String(index), MessageBody: JSON.stringify({ userId }) }));
    const command = new SendMessageBatchCommand({ QueueUrl: queueUrl, Entries });
    const { Failed = [] } = await orUnavailable(what, client.send(command));
    return Failed.flatMap(({ Id }) => userIds[Number(Id)] ?? []);
  };

  const sendBatch = async (userIds: readonly string[]): Promise<void> => {
    let left = userIds;
    for (let tries = 0; left.length > 0; tries += 1) {
      if (tries === maxTries) throw new AuthError('temporarily_unavailable', `${what} refused some of its messages`);
      left = await sendOnce(left);
    }
  };

  return {
    send: (userIds) => runBounded(batchesOf(userIds), callsAtATime, sendBatch),
  };
}

function batchesOf(userIds: readonly string[]): readonly (readonly string[])[] {
  const count = Math.ceil(userIds.length / batchSize);
  return Array.from({ length: count }, (_, index) => userIds.slice(index * batchSize, (index + 1) * batchSize));
}
