import { createHash } from 'node:crypto';
import { SQSClient } from '@aws-sdk/client-sqs';
import { describe, expect, it } from 'vitest';
import { createSqsWorkosEvents } from '../../../functions/shared/aws/sqs-workos-events.ts';
import { awsRefusal } from '../../support/aws-refusal.ts';
import { type ScriptedAnswer, startScriptedServer } from '../../support/scripted-server.ts';
import { workosEventOf } from '../../support/workos-webhooks.ts';

const event = workosEventOf('user.deleted', { id: 'user_1' }, new Date('2026-11-22T10:00:00Z'));
const md5 = (text: string): string => createHash('md5').update(text).digest('hex');

async function startQueue(answer: ScriptedAnswer) {
  const { url, requests } = await startScriptedServer(() => answer);
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const client = new SQSClient({ endpoint: url, region: 'us-east-1', maxAttempts: 1, credentials });
  return { queue: createSqsWorkosEvents(client, `${url}/000000000000/workos-events`), requests, url };
}

describe('createSqsWorkosEvents()', () => {
  it('sends one message for an event', async () => {
    const body = JSON.stringify(event);
    const { queue, requests, url } = await startQueue({ body: { MessageId: '1', MD5OfMessageBody: md5(body) } });
    await queue.put(event);
    expect(requests).toHaveLength(1);
    expect(JSON.parse(requests[0]?.body ?? '')).toStrictEqual({
      QueueUrl: `${url}/000000000000/workos-events`,
      MessageBody: body,
    });
  });

  it('is temporarily unavailable when SQS is, and when it says that it took something else', async () => {
    for (const answer of [
      awsRefusal('ServiceUnavailable', 503),
      awsRefusal('AccessDenied', 403),
      { body: { MessageId: '1', MD5OfMessageBody: md5('other') } },
    ]) {
      const { queue } = await startQueue(answer);
      await expect(queue.put(event)).rejects.toMatchObject({
        code: 'temporarily_unavailable',
        message: 'the queue of WorkOS’s events did not answer as it should',
        cause: expect.any(Error),
      });
    }
  });
});
