/** Events of the bus as work for a queue: each message is an event's detail, so that its worker needs to know no envelope. */
import { Stack } from 'aws-cdk-lib/core';
import { type EventBus, Rule, RuleTargetInput } from 'aws-cdk-lib/aws-events';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import type { WorkQueue } from './work-queue.ts';

export interface EventsToQueueProps {
  readonly bus: EventBus;
  readonly queue: WorkQueue;
  readonly description: string;
  readonly detailTypes: readonly string[];
  /** Values by field: an event must have one of them in each. */
  readonly detail: Readonly<Record<string, readonly string[]>>;
}

export class EventsToQueue extends Construct {
  constructor(scope: Construct, id: string, { bus, queue, description, detailTypes, detail }: EventsToQueueProps) {
    super(scope, id);
    const rule = new Rule(this, 'Rule', {
      description,
      eventBus: bus,
      eventPattern: { source: ['gatehouse'], detailType: [...detailTypes], detail },
      // CDK's own target would let EventBridge ask for the queue's attributes, too.
      targets: [{ bind: () => ({ arn: queue.queueArn, input: RuleTargetInput.fromEventPath('$.detail') }) }],
    });
    queue.addToResourcePolicy(
      new PolicyStatement({
        actions: ['sqs:SendMessage'],
        principals: [new ServicePrincipal('events.amazonaws.com')],
        resources: [queue.queueArn],
        conditions: {
          ArnEquals: { 'aws:SourceArn': rule.ruleArn },
          StringEquals: { 'aws:SourceAccount': Stack.of(this).account },
        },
      }),
    );
  }
}
