/** Events of the bus that become work. */
import { Match } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { DomainEventBus } from '../../lib/constructs/domain-event-bus.ts';
import { EventsToQueue } from '../../lib/constructs/events-to-queue.ts';
import { WorkQueue } from '../../lib/constructs/work-queue.ts';
import { build } from './constructs.ts';

const { template, findings } = build((stack, common) => {
  const name = { name: 'mails', workerTimeoutSeconds: 20, whenGivenUp: 'Mails are not sent.' };
  new EventsToQueue(stack, 'NewMail', {
    bus: new DomainEventBus(stack, 'Bus', common),
    queue: new WorkQueue(stack, 'Mails', { ...common, ...name }),
    description: 'Mail that is to be sent',
    detailTypes: ['mail.written'],
    detail: { kind: ['letter'] },
  });
});

const queueArn = { 'Fn::GetAtt': [Match.stringLikeRegexp('^Mails[0-9A-F]{8}$'), 'Arn'] };

describe('EventsToQueue', () => {
  it('makes a message of the detail of each event that fits', () => {
    template.hasResourceProperties('AWS::Events::Rule', {
      EventBusName: { Ref: Match.stringLikeRegexp('^Bus') },
      EventPattern: { source: ['gatehouse'], 'detail-type': ['mail.written'], detail: { kind: ['letter'] } },
      State: 'ENABLED',
      Targets: [{ Arn: queueArn, InputPath: '$.detail' }],
    });
  });

  it('lets this rule send to this queue, and no other rule or account', () => {
    template.hasResourceProperties('AWS::SQS::QueuePolicy', {
      PolicyDocument: {
        Statement: Match.arrayWith([
          {
            Effect: 'Allow',
            Action: 'sqs:SendMessage',
            Principal: { Service: 'events.amazonaws.com' },
            Resource: queueArn,
            Condition: {
              ArnEquals: { 'aws:SourceArn': { 'Fn::GetAtt': [Match.stringLikeRegexp('^NewMailRule'), 'Arn'] } },
              StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } },
            },
          },
        ]),
      },
    });
  });

  it('leaves cdk-nag nothing to find', () => {
    expect(findings).toEqual([]);
  });
});
