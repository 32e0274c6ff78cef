/** A queue, what becomes of messages that fail, and the function that works on it. */
import { Match } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { QueueWorker } from '../../lib/constructs/queue-worker.ts';
import { WorkQueue } from '../../lib/constructs/work-queue.ts';
import { build, type NoVariables } from './constructs.ts';

const alarmTopicArn = 'arn:aws:sns:eu-west-1:123456789012:oncall';
const whenGivenUp = 'Mails are not sent.';

const { template, findings } = build(
  (stack, common) => {
    const queue = new WorkQueue(stack, 'Mails', { ...common, name: 'mails', workerTimeoutSeconds: 20, whenGivenUp });
    new QueueWorker<NoVariables>(stack, 'send-mail', {
      ...common,
      queue,
      batchSize: 5,
      whenItFails: 'Mails are late.',
    });
  },
  { alarmTopicArn },
);

const queueArn = { 'Fn::GetAtt': [Match.stringLikeRegexp('^Mails[0-9A-F]{8}$'), 'Arn'] };
const givenUpArn = { 'Fn::GetAtt': [Match.stringLikeRegexp('^MailsGivenUp'), 'Arn'] };

describe('WorkQueue', () => {
  it('gives a message up after five tries, keeps it for 14 days, and lets a worker time out six times over', () => {
    template.hasResourceProperties('AWS::SQS::Queue', {
      QueueName: 'gatehouse-dev-mails',
      RedrivePolicy: { deadLetterTargetArn: givenUpArn, maxReceiveCount: 5 },
      VisibilityTimeout: 6 * 20,
    });
    template.hasResourceProperties('AWS::SQS::Queue', {
      QueueName: 'gatehouse-dev-mails-given-up',
      MessageRetentionPeriod: 14 * 24 * 60 * 60,
    });
  });

  it('is encrypted and refuses what comes without TLS, like the queue of what was given up', () => {
    template.resourceCountIs('AWS::SQS::Queue', 2);
    template.allResourcesProperties('AWS::SQS::Queue', { SqsManagedSseEnabled: true });
    for (const Resource of [queueArn, givenUpArn]) {
      template.hasResourceProperties('AWS::SQS::QueuePolicy', {
        PolicyDocument: {
          Statement: [
            {
              Effect: 'Deny',
              Action: 'sqs:*',
              Principal: { AWS: '*' },
              Resource,
              Condition: { Bool: { 'aws:SecureTransport': 'false' } },
            },
          ],
        },
      });
    }
  });

  it('alarms at the first message that is given up, and says what that means and what to do', () => {
    template.hasResourceProperties('AWS::CloudWatch::Alarm', {
      MetricName: 'ApproximateNumberOfMessagesVisible',
      Dimensions: [
        { Name: 'QueueName', Value: { 'Fn::GetAtt': [Match.stringLikeRegexp('^MailsGivenUp'), 'QueueName'] } },
      ],
      Threshold: 1,
      ComparisonOperator: 'GreaterThanOrEqualToThreshold',
      AlarmDescription: Match.stringLikeRegexp(`${whenGivenUp} They wait in gatehouse-dev-mails-given-up .*redrive`),
      AlarmActions: [alarmTopicArn],
    });
  });

  it('lets whoever sends do nothing but send', () => {
    build((stack, common) => {
      const queue = new WorkQueue(stack, 'Mails', { ...common, name: 'mails', workerTimeoutSeconds: 20, whenGivenUp });
      const { value, statements } = queue.send();
      expect(stack.resolve(value)).toEqual({ Ref: expect.stringMatching(/^Mails[0-9A-F]{8}$/) });
      expect(stack.resolve(statements.map((statement): unknown => statement.toStatementJson()))).toEqual([
        {
          Effect: 'Allow',
          Action: 'sqs:SendMessage',
          Resource: { 'Fn::GetAtt': [expect.stringMatching(/^Mails/), 'Arn'] },
        },
      ]);
    });
  });
});

describe('QueueWorker', () => {
  it('gets batches of the queue, and says which messages of one it could not do', () => {
    template.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
      EventSourceArn: queueArn,
      FunctionName: { Ref: Match.stringLikeRegexp('^sendmailFunction') },
      BatchSize: 5,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      ScalingConfig: { MaximumConcurrency: 10 },
    });
  });

  it('has the time that the queue counts on', () => {
    template.hasResourceProperties('AWS::Lambda::Function', { FunctionName: 'gatehouse-dev-send-mail', Timeout: 20 });
  });

  it('may take and delete messages of this queue, and nothing else', () => {
    template.hasResourceProperties('AWS::IAM::Role', {
      Policies: [
        {
          PolicyDocument: {
            Statement: [
              { Action: ['logs:CreateLogStream', 'logs:PutLogEvents'] },
              {
                Effect: 'Allow',
                Action: ['sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:ReceiveMessage'],
                Resource: queueArn,
              },
            ],
          },
        },
      ],
    });
    template.resourceCountIs('AWS::IAM::Policy', 0);
  });

  it('leaves cdk-nag nothing to find', () => {
    expect(findings).toEqual([]);
  });
});
