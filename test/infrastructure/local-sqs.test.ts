/** The local SQS: the templates' queues, guarded by IAM, found by the URLs that functions are given. */
import {
  DeleteMessageCommand,
  ListQueuesCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { Faults } from '../../lib/local/faults.ts';
import { allow, functionThatMay, type LocalAws, type Resources, startLocalAws } from './local-aws.ts';

const queue = (name: string, properties: object = {}) => ({
  Type: 'AWS::SQS::Queue',
  Properties: { QueueName: name, SqsManagedSseEnabled: true, ...properties },
});
const jobs = { Jobs: queue('jobs') };
const jobsArn = { 'Fn::GetAtt': ['Jobs', 'Arn'] };
const sender = functionThatMay('sender', allow('sqs:SendMessage', jobsArn));
const worker = functionThatMay('worker', allow('sqs:ReceiveMessage', jobsArn), allow('sqs:DeleteMessage', jobsArn));

const urlOf = ({ url }: LocalAws, name = 'jobs') => `${url}/000000000000/${name}`;

describe('the local SQS', () => {
  it('takes a message to the queue of the template and gives it out until it is deleted', async () => {
    const aws = await startLocalAws({ ...jobs, ...sender, ...worker });
    const QueueUrl = urlOf(aws);
    expect(aws.deployment.resources.find(({ logicalId }) => logicalId === 'Jobs')?.physicalId).toBe(QueueUrl);

    await new SQSClient(aws.as('sender')).send(new SendMessageCommand({ QueueUrl, MessageBody: 'one' }));
    const client = new SQSClient(aws.as('worker'));
    const { Messages = [] } = await client.send(new ReceiveMessageCommand({ QueueUrl }));
    expect(Messages.map(({ Body }) => Body)).toEqual(['one']);
    expect(await aws.sqs.bodies('jobs')).toEqual(['one']);
    await client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: Messages[0]?.ReceiptHandle }));
    expect(await aws.sqs.bodies('jobs')).toEqual([]);
  });

  it('is found by a function that has its endpoint in the environment', async () => {
    const aws = await startLocalAws({ ...jobs, ...sender });
    for (const [name, value] of Object.entries(aws.environmentFor('sender'))) vi.stubEnv(name, value);
    onTestFinished(() => void vi.unstubAllEnvs());
    await new SQSClient().send(new SendMessageCommand({ QueueUrl: urlOf(aws), MessageBody: 'one' }));
    expect(await aws.sqs.bodies('jobs')).toEqual(['one']);
  });

  it('is found through AWS_ENDPOINT_URL_SQS alone', async () => {
    const aws = await startLocalAws({ ...jobs, ...sender });
    const { AWS_ENDPOINT_URL = '', ...others } = aws.environmentFor('sender');
    for (const [name, value] of Object.entries(others)) vi.stubEnv(name, value);
    vi.stubEnv('AWS_ENDPOINT_URL_SQS', AWS_ENDPOINT_URL);
    onTestFinished(() => void vi.unstubAllEnvs());
    await new SQSClient().send(new SendMessageCommand({ QueueUrl: urlOf(aws), MessageBody: 'one' }));
    expect(aws.calls.get('sqs.SendMessage')).toBe(1);
  });

  it.each([
    ['receives', new ReceiveMessageCommand({ QueueUrl: 'http://x/000000000000/jobs' }), 'sqs:ReceiveMessage'],
    [
      'sends elsewhere',
      new SendMessageCommand({ QueueUrl: 'http://x/000000000000/others', MessageBody: 'one' }),
      'sqs:SendMessage on resource: arn:aws:sqs:us-east-1:000000000000:others',
    ],
  ] as const)('refuses a function that may send to the queue and %s', async (_, command, what) => {
    const aws = await startLocalAws({ ...jobs, Others: queue('others'), ...sender });
    const client = new SQSClient({ ...aws.as('sender'), useQueueUrlAsEndpoint: false });
    // The overloads of `send()` take one command each.
    const sent = command instanceof SendMessageCommand ? client.send(command) : client.send(command);
    await expect(sent).rejects.toThrow(`is not authorized to perform: ${what}`);
  });

  it('holds a batch against the permission to send', async () => {
    const aws = await startLocalAws({ ...jobs, ...sender, ...worker });
    const batch = { QueueUrl: urlOf(aws), Entries: [{ Id: 'a', MessageBody: 'one' }] };
    await new SQSClient(aws.as('sender')).send(new SendMessageBatchCommand(batch));
    await expect(new SQSClient(aws.as('worker')).send(new SendMessageBatchCommand(batch))).rejects.toThrow(
      'is not authorized to perform: sqs:SendMessage',
    );
  });

  it('meets the faults that it is told of', async () => {
    const aws = await startLocalAws(
      { ...jobs, ...sender },
      { faults: new Faults('sqs.SendMessage=503*1,sqs=throttle') },
    );
    const client = new SQSClient(aws.as('sender'));
    const send = () => client.send(new SendMessageCommand({ QueueUrl: urlOf(aws), MessageBody: 'one' }));
    await expect(send()).rejects.toMatchObject({ $metadata: { httpStatusCode: 503 } });
    await expect(send()).rejects.toMatchObject({ name: 'RequestThrottled' });
    expect(await aws.sqs.bodies('jobs')).toEqual([]);
  });

  it('says so when a call is one that it does not know', async () => {
    const report: string[] = [];
    const aws = await startLocalAws(jobs, { report: (line) => report.push(line) });
    await expect(new SQSClient(aws.asOperator()).send(new ListQueuesCommand({}))).rejects.toThrow('does not know');
    expect(report).toEqual(['The local cloud does not know sqs.ListQueues.']);
  });

  it('says that a queue does not exist', async () => {
    const aws = await startLocalAws(jobs);
    const command = new SendMessageCommand({ QueueUrl: urlOf(aws, 'nobody'), MessageBody: 'one' });
    await expect(new SQSClient(aws.asOperator()).send(command)).rejects.toMatchObject({ name: 'QueueDoesNotExist' });
  });

  const policy = (statement: object): Resources => ({
    ...jobs,
    Policy: {
      Type: 'AWS::SQS::QueuePolicy',
      Properties: { Queues: [{ Ref: 'Jobs' }], PolicyDocument: { Version: '2012-10-17', Statement: [statement] } },
    },
  });
  const withoutTls = {
    Effect: 'Deny',
    Action: 'sqs:*',
    Principal: { AWS: '*' },
    Resource: jobsArn,
    Condition: { Bool: { 'aws:SecureTransport': 'false' } },
  };

  it('understands a queue policy that refuses what comes without TLS, and no other one', async () => {
    await startLocalAws(policy(withoutTls));
    for (const change of [{ Effect: 'Allow' }, { Condition: {} }, { Action: 'sqs:SendMessage' }]) {
      await expect(startLocalAws(policy({ ...withoutTls, ...change }))).rejects.toThrow(
        'app.Policy: a queue policy is evaluated here only where it refuses what comes without TLS',
      );
    }
  });

  it('refuses a queue with a property that it would have to ignore', async () => {
    await expect(startLocalAws({ Jobs: queue('jobs.fifo', { FifoQueue: true }) })).rejects.toThrow(
      'app.Jobs.FifoQueue',
    );
  });
});
