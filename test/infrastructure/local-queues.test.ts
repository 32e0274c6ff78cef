/** Queues and their workers on this machine: batches, retries, giving up, and waiting for all of it. */
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { describe, expect, it, onTestFinished } from 'vitest';
import { readQueueMappings } from '../../lib/local/queues/event-source-mappings.ts';
import { type RunningQueues, startQueues } from '../../lib/local/queues/local-queues.ts';
import { deploy, functionThatMay, type LocalAws, startLocalAws } from './local-aws.ts';

interface Settings {
  readonly mapping?: object;
  readonly queue?: object;
}

/** A queue `jobs`, its worker, and `jobs-given-up` for what failed twice. */
function jobsWith({ mapping = {}, queue = {} }: Settings = {}) {
  return {
    ...functionThatMay('worker'),
    GivenUp: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'app-jobs-given-up' } },
    Jobs: {
      Type: 'AWS::SQS::Queue',
      Properties: {
        QueueName: 'app-jobs',
        RedrivePolicy: { deadLetterTargetArn: { 'Fn::GetAtt': ['GivenUp', 'Arn'] }, maxReceiveCount: 2 },
        ...queue,
      },
    },
    Mapping: {
      Type: 'AWS::Lambda::EventSourceMapping',
      Properties: {
        EventSourceArn: { 'Fn::GetAtt': ['Jobs', 'Arn'] },
        FunctionName: { Ref: 'workerFunction' },
        FunctionResponseTypes: ['ReportBatchItemFailures'],
        ...mapping,
      },
    },
  };
}

type Work = (bodies: readonly string[], event: SQSEvent) => Promise<unknown>;

interface Started {
  readonly aws: LocalAws;
  readonly queues: RunningQueues;
  send(...bodies: readonly string[]): Promise<void>;
}

async function start(work: Work, settings: Settings = {}): Promise<Started> {
  const aws = await startLocalAws(jobsWith(settings));
  const queues = startQueues({
    deployment: aws.deployment,
    mappings: readQueueMappings(aws.deployment),
    sqs: aws.sqs,
    retrySeconds: 0,
    invoke: (_name, event) => {
      const { Records } = event as SQSEvent;
      return work(
        Records.map(({ body }) => body),
        event as SQSEvent,
      );
    },
  });
  onTestFinished(() => queues.close());
  const client = new SQSClient(aws.asOperator());
  const QueueUrl = `${aws.url}/000000000000/app-jobs`;
  return {
    aws,
    queues,
    async send(...bodies) {
      for (const MessageBody of bodies) await client.send(new SendMessageCommand({ QueueUrl, MessageBody }));
    },
  };
}

const failing = (event: SQSEvent, ...bodies: readonly string[]): SQSBatchResponse => ({
  batchItemFailures: event.Records.filter(({ body }) => bodies.includes(body)).map(({ messageId }) => ({
    itemIdentifier: messageId,
  })),
});

describe('a queue with a worker', () => {
  it('hands over each message once, as Lambda does', async () => {
    const events: SQSEvent[] = [];
    const { queues, send } = await start((_bodies, event) => Promise.resolve(void events.push(event)));
    await send('one');
    await queues.settled();
    expect(events).toEqual([
      {
        Records: [
          {
            messageId: expect.any(String),
            receiptHandle: expect.any(String),
            body: 'one',
            md5OfBody: expect.any(String),
            attributes: expect.objectContaining({ ApproximateReceiveCount: '1', SentTimestamp: expect.any(String) }),
            messageAttributes: {},
            eventSource: 'aws:sqs',
            eventSourceARN: 'arn:aws:sqs:us-east-1:000000000000:app-jobs',
            awsRegion: 'us-east-1',
          },
        ],
      },
    ]);
    expect(await queues.messages('jobs')).toEqual([]);
  });

  it('fills batches up to their size and works on so many at a time', async () => {
    const gate = Promise.withResolvers<void>();
    const sizes: number[] = [];
    let atATime = 0;
    let most = 0;
    const { queues, send } = await start(
      async (bodies) => {
        sizes.push(bodies.length);
        most = Math.max(most, (atATime += 1));
        await gate.promise;
        atATime -= 1;
      },
      { mapping: { BatchSize: 2, ScalingConfig: { MaximumConcurrency: 2 } } },
    );
    await send('1', '2', '3', '4', '5', '6', '7');
    gate.resolve();
    await queues.settled();
    expect(most).toBe(2);
    expect(Math.max(...sizes)).toBe(2);
    expect(sizes.reduce((sum, size) => sum + size)).toBe(7);
  });

  it('tries only those again that the worker names', async () => {
    const seen: string[] = [];
    const { queues, send } = await start((bodies, event) => {
      seen.push(...bodies);
      return Promise.resolve(seen.filter((body) => body === 'bad').length === 1 ? failing(event, 'bad') : undefined);
    });
    await send('good', 'bad');
    await queues.settled();
    expect(seen.toSorted()).toEqual(['bad', 'bad', 'good']);
    expect(await queues.messages('jobs-given-up')).toEqual([]);
  });

  it.each([
    ['throws', () => Promise.reject(new Error('no'))],
    ['names a message that was not in it', () => Promise.resolve({ batchItemFailures: [{ itemIdentifier: 'x' }] })],
    ['answers with something else', () => Promise.resolve({ batchItemFailures: 'all' })],
  ] as const)('gives a batch up after its last try when the worker %s', async (_, work) => {
    let tries = 0;
    const { queues, send } = await start(() => {
      tries += 1;
      return work();
    });
    await send('one');
    await queues.settled();
    expect(tries).toBe(2);
    expect(await queues.messages('jobs')).toEqual([]);
    expect(await queues.messages('jobs-given-up')).toEqual(['one']);
  });

  it('believes in success where no failures are reported', async () => {
    const { queues, send } = await start((_bodies, event) => Promise.resolve(failing(event, 'one')), {
      mapping: { FunctionResponseTypes: [] },
    });
    await send('one');
    await queues.settled();
    expect(await queues.messages('jobs-given-up')).toEqual([]);
  });

  it('shows what waits and what is being worked on', async () => {
    const gate = Promise.withResolvers<void>();
    const { queues, send } = await start(() => gate.promise);
    await send('one');
    expect(await queues.messages('app-jobs')).toEqual(['one']);
    gate.resolve();
    await queues.settled();
    await expect(queues.messages('nobody')).rejects.toThrow(
      'There is no queue nobody. Queues: app-jobs-given-up, app-jobs',
    );
  });

  it('waits for messages that are delayed', async () => {
    const seen: string[] = [];
    const { queues, send } = await start((bodies) => Promise.resolve(void seen.push(...bodies)), {
      queue: { DelaySeconds: 1 },
    });
    await send('one');
    expect(seen).toEqual([]);
    await queues.settled();
    expect(seen).toEqual(['one']);
  });

  it('takes no more messages once it is closed', async () => {
    const seen: string[] = [];
    const { queues, send } = await start((bodies) => Promise.resolve(void seen.push(...bodies)));
    queues.close();
    await send('one');
    expect(await queues.messages('jobs')).toEqual(['one']);
    expect(seen).toEqual([]);
  });
});

describe('readQueueMappings()', () => {
  it.each([
    [{ mapping: { BatchSize: 100 } }, 'app.Mapping.BatchSize'],
    [{ mapping: { MaximumBatchingWindowInSeconds: 5 } }, 'app.Mapping.MaximumBatchingWindowInSeconds'],
    [{ mapping: { FilterCriteria: {} } }, 'app.Mapping.FilterCriteria'],
    [{ mapping: { Enabled: false } }, 'app.Mapping.Enabled'],
    [
      { mapping: { EventSourceArn: 'arn:aws:kinesis:us-east-1:1:stream/x' } },
      'app.Mapping.EventSourceArn: must be a queue',
    ],
    [{ mapping: { FunctionName: 'nobody' } }, 'app.Mapping: there is no such function'],
    [{ mapping: { EventSourceArn: 'arn:aws:sqs:us-east-1:000000000000:none' } }, 'app.Mapping: there is no such queue'],
    [{ queue: { VisibilityTimeout: 2 } }, "the queue's VisibilityTimeout (2 s) is below the function's (3 s)"],
  ])('refuses %j', (settings, message) => {
    expect(() => readQueueMappings(deploy(jobsWith(settings)))).toThrow(message);
  });
});
