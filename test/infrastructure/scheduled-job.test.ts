/** A function that runs by itself: at a rate, and once at each deployment that changes it. */
import { Match } from 'aws-cdk-lib/assertions';
import { Duration } from 'aws-cdk-lib/core';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { describe, expect, it } from 'vitest';
import { AtDeployment } from '../../lib/constructs/at-deployment.ts';
import { ScheduledJob } from '../../lib/constructs/scheduled-job.ts';
import { build, type NoVariables } from './constructs.ts';

const functionArn = { 'Fn::GetAtt': [Match.stringLikeRegexp('^cleanupFunction[0-9A-F]{8}$'), 'Arn'] };
const roleArn = { 'Fn::GetAtt': [Match.stringLikeRegexp('^cleanupSchedulerRole'), 'Arn'] };

const { template, findings } = build((stack, common) => {
  const job = new ScheduledJob<NoVariables>(stack, 'clean-up', {
    ...common,
    every: Duration.days(1),
    timeoutSeconds: 60,
    whenItFails: 'Rubbish piles up.',
  });
  new AtDeployment(stack, 'CleanUpAtDeployment', { function: job.function, before: [new LogGroup(stack, 'Later')] });
});

describe('ScheduledJob', () => {
  it('runs at its rate, at once or not at all', () => {
    template.hasResourceProperties('AWS::Scheduler::Schedule', {
      Name: 'gatehouse-dev-clean-up',
      ScheduleExpression: 'rate(1 day)',
      FlexibleTimeWindow: { Mode: 'OFF' },
      Target: { Arn: functionArn, RoleArn: roleArn, Input: '{}', RetryPolicy: { MaximumRetryAttempts: 3 } },
    });
  });

  it.each([
    [Duration.minutes(1), 'rate(1 minute)', 60],
    [Duration.minutes(90), 'rate(90 minutes)', 2700],
    [Duration.days(7), 'rate(7 days)', 86_400],
  ])('takes %s for its rate, and an event that is too old for the next turn’s', (every, rate, seconds) => {
    const { template: own } = build((stack, common) => {
      new ScheduledJob<NoVariables>(stack, 'clean-up', { ...common, every, whenItFails: 'Rubbish piles up.' });
    });
    const [schedule] = Object.values(own.findResources('AWS::Scheduler::Schedule'));
    expect(schedule).toMatchObject({
      Properties: {
        ScheduleExpression: rate,
        Target: { RetryPolicy: { MaximumEventAgeInSeconds: seconds } },
      },
    });
  });

  it('is started by a role of Scheduler’s that may start this function and nothing else', () => {
    template.hasResourceProperties('AWS::IAM::Role', {
      AssumeRolePolicyDocument: {
        Statement: [
          {
            Action: 'sts:AssumeRole',
            Effect: 'Allow',
            Principal: { Service: 'scheduler.amazonaws.com' },
            Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
          },
        ],
      },
      Policies: [
        {
          PolicyDocument: {
            Statement: [{ Effect: 'Allow', Action: 'lambda:InvokeFunction', Resource: functionArn }],
          },
        },
      ],
    });
    template.resourceCountIs('AWS::IAM::Policy', 0);
  });

  it('has the time that it asks for', () => {
    template.hasResourceProperties('AWS::Lambda::Function', { FunctionName: 'gatehouse-dev-clean-up', Timeout: 60 });
  });

  it('alarms when it has not run three times in a row', () => {
    template.hasResourceProperties('AWS::CloudWatch::Alarm', {
      MetricName: 'Invocations',
      Dimensions: [{ Name: 'FunctionName', Value: { Ref: Match.stringLikeRegexp('^cleanupFunction') } }],
      Period: 86_400,
      EvaluationPeriods: 3,
      ComparisonOperator: 'LessThanThreshold',
      Threshold: 1,
      TreatMissingData: 'breaching',
      AlarmDescription: Match.stringLikeRegexp('^gatehouse-dev-clean-up has not run for 3 days\\. Rubbish piles up\\.'),
    });
  });

  it('leaves cdk-nag nothing to find', () => {
    expect(findings).toEqual([]);
  });
});

describe('AtDeployment', () => {
  it('runs the version that is being deployed, and waits for its answer a little longer than it has', () => {
    template.hasResourceProperties('Custom::Trigger', {
      HandlerArn: { Ref: Match.stringLikeRegexp('^cleanupFunctionCurrentVersion') },
      InvocationType: 'RequestResponse',
      Timeout: '65000',
      ExecuteOnHandlerChange: true,
    });
  });

  it('runs before what needs it is made', () => {
    template.hasResource('AWS::Logs::LogGroup', { DependsOn: [Match.stringLikeRegexp('^CleanUpAtDeploymentTrigger')] });
  });
});
