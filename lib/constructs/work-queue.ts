/** A queue of work for one function, and the queue for what that function could not do, which alarms. */
import { Duration } from 'aws-cdk-lib/core';
import { Alarm, ComparisonOperator, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import type { StageSettings } from '../stages.ts';
import type { Grant } from './grant.ts';
import { sendAlarms } from './send-alarms.ts';

export interface WorkQueueProps {
  readonly settings: StageSettings;
  /** Follows `gatehouse-<stage>-`. */
  readonly name: string;
  /** How long the function may work on one batch. */
  readonly workerTimeoutSeconds: number;
  /** What people notice when a message is given up: a sentence for whoever the alarm wakes. */
  readonly whenGivenUp: string;
}

/** How often a message is handed out before it is given up. */
const maxTries = 5;

export class WorkQueue extends Queue {
  readonly workerTimeoutSeconds: number;

  constructor(scope: Construct, id: string, props: WorkQueueProps) {
    const { settings, name, workerTimeoutSeconds, whenGivenUp } = props;
    const queueName = `gatehouse-${settings.stage}-${name}`;
    const encrypted = { encryption: QueueEncryption.SQS_MANAGED, enforceSSL: true };
    const givenUp = new Queue(scope, `${id}GivenUp`, {
      ...encrypted,
      queueName: `${queueName}-given-up`,
      // As long as SQS keeps anything: somebody has to find out what was wrong with it.
      retentionPeriod: Duration.days(14),
    });
    super(scope, id, {
      ...encrypted,
      queueName,
      // What AWS asks for, so that Lambda can take a batch again that it was throttled on.
      visibilityTimeout: Duration.seconds(6 * workerTimeoutSeconds),
      deadLetterQueue: { queue: givenUp, maxReceiveCount: maxTries },
    });
    this.workerTimeoutSeconds = workerTimeoutSeconds;

    const alarm = new Alarm(this, 'GivingUp', {
      alarmDescription: `${queueName}: messages failed ${maxTries} times and were given up. ${whenGivenUp} They wait in ${queueName}-given-up for 14 days: mend the cause, then let SQS move them back ("Start DLQ redrive").`,
      metric: givenUp.metricApproximateNumberOfMessagesVisible({ period: Duration.minutes(5), statistic: 'Maximum' }),
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      threshold: 1,
      evaluationPeriods: 1,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
    sendAlarms(alarm, settings);
  }

  send(): Grant {
    return {
      value: this.queueUrl,
      statements: [new PolicyStatement({ actions: ['sqs:SendMessage'], resources: [this.queueArn] })],
    };
  }

  /** What Lambda does with a worker's permissions on the worker's behalf. */
  receive(): PolicyStatement {
    return new PolicyStatement({
      actions: ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'],
      resources: [this.queueArn],
    });
  }
}
