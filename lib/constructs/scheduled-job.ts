/** A function that runs again and again, and an alarm when it does not. */
import { Duration, Stack } from 'aws-cdk-lib/core';
import { Alarm, ComparisonOperator, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnSchedule, ScheduleExpression } from 'aws-cdk-lib/aws-scheduler';
import type { Construct } from 'constructs';
import type { EnvModule } from './grant.ts';
import { Lambda, type LambdaProps } from './lambda.ts';
import { sendAlarms } from './send-alarms.ts';

export interface ScheduledJobProps<Module extends EnvModule> extends LambdaProps<Module> {
  /** Whole minutes, hours or days. */
  readonly every: Duration;
}

/** Until the alarm: one turn may be late, and a day's worth of them may straddle midnight. */
const missedTurns = 3;

export class ScheduledJob<Module extends EnvModule> extends Lambda<Module> {
  /** @param name the folder in `functions/` */
  constructor(scope: Construct, name: string, props: ScheduledJobProps<Module>) {
    super(scope, name, props);
    const { settings, every, whenItFails } = props;
    const scheduleName = `gatehouse-${settings.stage}-${name}`;

    // The L2 construct would let its role invoke every version of the function, too.
    const role = new Role(this, 'SchedulerRole', {
      description: `Starts ${scheduleName}`,
      assumedBy: new ServicePrincipal('scheduler.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
      }),
      inlinePolicies: {
        own: new PolicyDocument({
          statements: [
            new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [this.function.functionArn] }),
          ],
        }),
      },
    });
    new CfnSchedule(this, 'Schedule', {
      name: scheduleName,
      description: `Runs functions/${name}`,
      scheduleExpression: ScheduleExpression.rate(every).expressionString,
      flexibleTimeWindow: { mode: 'OFF' },
      target: {
        arn: this.function.functionArn,
        roleArn: role.roleArn,
        input: '{}',
        // No dead-letter queue: the next turn does what a lost one would have done, and the alarm below tells of it.
        retryPolicy: { maximumRetryAttempts: 3, maximumEventAgeInSeconds: eventAgeSeconds(every) },
      },
    });

    const alarm = new Alarm(this, 'NotRunning', {
      alarmDescription: `${scheduleName} has not run for ${Duration.seconds(every.toSeconds() * missedTurns).toHumanString()}. ${whenItFails} Look at the schedule ${scheduleName} in EventBridge Scheduler.`,
      metric: this.function.metricInvocations({ period: every, statistic: 'Sum' }),
      comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
      threshold: 1,
      evaluationPeriods: missedTurns,
      treatMissingData: TreatMissingData.BREACHING,
    });
    sendAlarms(alarm, settings);
  }
}

/** Half of the interval, within what Scheduler takes: a turn that late meets the next one. */
function eventAgeSeconds(every: Duration): number {
  return Math.min(Math.max(60, every.toSeconds() / 2), 86_400);
}
