import type { SQSRecord } from 'aws-lambda';
import { describe, expect, it } from 'vitest';
import { type MessageWork, workOffQueue } from '../../../functions/shared/aws/sqs-worker.ts';
import { AuthError } from '../../../functions/shared/domain/auth-error.ts';
import { collectLog } from '../../support/collected-log.ts';

function messageOf(messageId: string, body: string): SQSRecord {
  return {
    messageId,
    body,
    receiptHandle: 'receipt',
    attributes: {
      ApproximateReceiveCount: '1',
      SentTimestamp: '0',
      SenderId: 'sender',
      ApproximateFirstReceiveTimestamp: '0',
    },
    messageAttributes: {},
    md5OfBody: '',
    eventSource: 'aws:sqs',
    eventSourceARN: 'arn:aws:sqs:us-east-1:000000000000:queue',
    awsRegion: 'us-east-1',
  };
}

async function workOff(bodies: readonly string[], work: MessageWork) {
  const log = collectLog();
  const Records = bodies.map((body, index) => messageOf(`message-${index}`, body));
  return { answer: await workOffQueue(work, { log })({ Records }), log };
}

describe('workOffQueue()', () => {
  it('does the work of every message, and says that none failed', async () => {
    const done: string[] = [];
    const { answer } = await workOff(['a', 'b'], (body) => Promise.resolve(void done.push(body)));
    expect(done).toStrictEqual(['a', 'b']);
    expect(answer).toStrictEqual({ batchItemFailures: [] });
  });

  it('gives back those that failed, however they did, and only those', async () => {
    const { answer } = await workOff(['good', 'rejects', 'good', 'throws'], (body) => {
      if (body === 'throws') throw new TypeError('a defect');
      return body === 'good' ? Promise.resolve() : Promise.reject(new Error('no'));
    });
    expect(answer.batchItemFailures).toStrictEqual([{ itemIdentifier: 'message-1' }, { itemIdentifier: 'message-3' }]);
  });

  it('warns of what the next try may mend, and wakes an operator for a defect', async () => {
    const away = new AuthError('temporarily_unavailable', 'a table', { cause: new Error('timeout') });
    const { log } = await workOff(['away', 'defect'], (body) =>
      Promise.reject(body === 'away' ? away : new TypeError('a defect')),
    );
    expect(log.lines).toMatchObject([
      { level: 'warn', event: 'message.failed', fields: { messageId: 'message-0', code: 'temporarily_unavailable' } },
      { level: 'error', event: 'message.crashed', fields: { messageId: 'message-1' } },
    ]);
  });

  it('has the message’s id on every line of its work', async () => {
    const { log } = await workOff(['a'], (_, own) => Promise.resolve(own.info('webhook.applied')));
    expect(log.fieldsOf('webhook.applied')).toStrictEqual([{ messageId: 'message-0' }]);
  });
});
