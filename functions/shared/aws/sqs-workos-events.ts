/** The queue of WorkOS's events: one message for each. SQS keeps them encrypted. */
import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { WorkosEventQueue } from '../domain/workos-event.ts';
import { orUnavailable } from './or-unavailable.ts';

export function createSqsWorkosEvents(client: SQSClient, queueUrl: string): WorkosEventQueue {
  return {
    async put(event) {
      const send = new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: JSON.stringify(event) });
      await orUnavailable('the queue of WorkOS’s events', client.send(send));
    },
  };
}
