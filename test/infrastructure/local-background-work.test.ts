/** What AWS sets going by itself: at deployment, on a schedule, and under which roles. */
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { type BackgroundWorkOptions, startBackgroundWork } from '../../lib/local/background-work.ts';
import { TriggerError } from '../../lib/local/deployment-triggers.ts';
import { deployedFunctions } from '../../lib/local/deployed-functions.ts';
import { readSchedules } from '../../lib/local/schedules.ts';
import { allow, deploy, functionThatMay, type Resources, startLocalAws } from './local-aws.ts';

const arnOf = (id: string) => ({ 'Fn::GetAtt': [id, 'Arn'] });

function role(name: string, service: string, ...statements: readonly object[]) {
  return {
    Type: 'AWS::IAM::Role',
    Properties: {
      RoleName: name,
      AssumeRolePolicyDocument: {
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: service } }],
      },
      Policies: [{ PolicyName: 'own', PolicyDocument: { Version: '2012-10-17', Statement: statements } }],
    },
  };
}

const invokes = (id: string) => allow('lambda:InvokeFunction', arnOf(id));

/** A job that runs by a schedule, under a role that may start it. */
function scheduled(
  changes: object = {},
  schedulerRole = role('scheduler', 'scheduler.amazonaws.com', invokes('jobFunction')),
) {
  return {
    ...functionThatMay('job'),
    SchedulerRole: schedulerRole,
    Schedule: {
      Type: 'AWS::Scheduler::Schedule',
      Properties: {
        Name: 'every-so-often',
        ScheduleExpression: 'rate(2 hours)',
        FlexibleTimeWindow: { Mode: 'OFF' },
        Target: { Arn: arnOf('jobFunction'), RoleArn: arnOf('SchedulerRole'), Input: '{"a":1}' },
        ...changes,
      },
    },
  };
}

/** A job that runs at deployment, as CDK's `Trigger` writes it. */
function triggered(
  mayInvoke: object = allow('lambda:InvokeFunction', { 'Fn::Join': ['', [arnOf('jobFunction'), ':*']] }),
) {
  return {
    ...functionThatMay('job'),
    Version: { Type: 'AWS::Lambda::Version', Properties: { FunctionName: { Ref: 'jobFunction' } } },
    ...functionThatMay('provider', mayInvoke),
    Trigger: {
      Type: 'Custom::Trigger',
      Properties: {
        ServiceToken: arnOf('providerFunction'),
        HandlerArn: { Ref: 'Version' },
        InvocationType: 'RequestResponse',
        Timeout: '20000',
        ExecuteOnHandlerChange: true,
      },
    },
  };
}

type Invoke = BackgroundWorkOptions['invoke'];

async function start(resources: Resources, invoke: Invoke) {
  const aws = await startLocalAws(resources);
  const work = startBackgroundWork({ deployment: aws.deployment, aws, invoke, queueRetrySeconds: 0 });
  onTestFinished(() => work.stop());
  return work;
}

const nothing = () => Promise.resolve();

describe('at deployment', () => {
  it('the functions run that have a trigger, and their end is waited for', async () => {
    const invoke = vi.fn<Invoke>(nothing);
    const work = await start(triggered(), invoke);
    expect(invoke).not.toHaveBeenCalled();
    await work.deploy();
    expect(invoke.mock.calls).toEqual([['job', {}]]);
  });

  it('fails with what the function said', async () => {
    const failure = Object.assign(new Error('no key'), { name: 'KeyError' });
    const work = await start(triggered(), () => Promise.reject(failure));
    await expect(work.deploy()).rejects.toEqual(
      new TriggerError('job, which runs at every deployment, failed: KeyError: no key'),
    );
  });

  it('is refused when the trigger’s role may not invoke the function', async () => {
    await expect(
      start(triggered(allow('lambda:InvokeFunction', 'arn:aws:lambda:*:*:function:other')), nothing),
    ).rejects.toThrow(
      'assumed-role/provider/local is not authorized to perform: lambda:InvokeFunction on resource: arn:aws:lambda:us-east-1:000000000000:function:job:1',
    );
  });

  it('leaves out the function that only CloudFormation calls', () => {
    expect(deployedFunctions(deploy(triggered())).map(({ physicalId }) => physicalId)).toEqual(['job']);
  });

  it.each([
    [{ Type: 'Custom::Other', Properties: { ServiceToken: 'x' } }, 'app.Other: the custom resource Custom::Other'],
    [
      { Type: 'AWS::CloudFormation::CustomResource', Properties: {} },
      'app.Other: the custom resource AWS::CloudFormation',
    ],
  ])('is refused with a custom resource that nobody here knows: %j', async (resource, message) => {
    await expect(start({ ...triggered(), Other: resource }, nothing)).rejects.toThrow(message);
  });
});

describe('a schedule', () => {
  it('runs its function each time its interval has passed, until it is stopped', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    const invoke = vi.fn<Invoke>(nothing);
    const work = await start(scheduled(), invoke);
    vi.advanceTimersByTime(119 * 60_000);
    expect(invoke).not.toHaveBeenCalled();
    vi.advanceTimersByTime(60_000);
    expect(invoke.mock.calls).toEqual([['job', { a: 1 }]]);
    vi.advanceTimersByTime(240 * 60_000);
    expect(invoke).toHaveBeenCalledTimes(3);
    work.stop();
    vi.advanceTimersByTime(240 * 60_000);
    expect(invoke).toHaveBeenCalledTimes(3);
  });

  it('outlasts a failing turn', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    const invoke = vi.fn<Invoke>(() => Promise.reject(new Error('no')));
    await start(scheduled(), invoke);
    await vi.advanceTimersByTimeAsync(240 * 60_000);
    expect(invoke).toHaveBeenCalledTimes(2);
  });

  it('may be longer than a timer of Node', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    const invoke = vi.fn<Invoke>(nothing);
    await start(scheduled({ ScheduleExpression: 'rate(30 days)' }), invoke);
    vi.advanceTimersByTime(30 * 24 * 60 * 60_000 - 1);
    expect(invoke).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect(invoke).toHaveBeenCalledTimes(1);
  });

  it.each([
    ['rate(1 minute)', 60_000],
    ['rate(15 minutes)', 900_000],
    ['rate(1 hour)', 3_600_000],
    ['rate(1 day)', 86_400_000],
  ])('%s is understood', (ScheduleExpression, everyMs) => {
    expect(readSchedules(deploy(scheduled({ ScheduleExpression })))).toEqual([
      expect.objectContaining({ name: 'every-so-often', everyMs }),
    ]);
  });

  it.each([
    [
      { ScheduleExpression: 'cron(0 3 * * ? *)' },
      'app.Schedule: only rate(<n> minutes|hours|days) runs here, not cron(',
    ],
    [{ ScheduleExpression: 'rate(0 minutes)' }, 'not rate(0 minutes)'],
    [{ FlexibleTimeWindow: { Mode: 'FLEXIBLE' } }, 'app.Schedule.FlexibleTimeWindow.Mode'],
    [{ State: 'DISABLED' }, 'app.Schedule.State'],
    [{ StartDate: '2026-01-01T00:00:00Z' }, 'app.Schedule.StartDate'],
    [{ Target: { Arn: 'arn:aws:sqs:us-east-1:1:x', RoleArn: 'x' } }, 'app.Schedule.Target.Arn: must be a function'],
  ])('is refused with %j', (changes, message) => {
    expect(() => readSchedules(deploy(scheduled(changes)))).toThrow(message);
  });

  it('is refused when its role may not invoke the function', async () => {
    await expect(start(scheduled({}, role('scheduler', 'scheduler.amazonaws.com')), nothing)).rejects.toThrow(
      'assumed-role/scheduler/local is not authorized to perform: lambda:InvokeFunction',
    );
  });

  it('is refused when its role is not Scheduler’s to take on', async () => {
    const lambdas = role('scheduler', 'lambda.amazonaws.com', invokes('jobFunction'));
    await expect(start(scheduled({}, lambdas), nothing)).rejects.toThrow(
      'Role scheduler: scheduler.amazonaws.com may not take it on',
    );
  });
});

describe('a worker', () => {
  const queue = {
    Jobs: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'jobs' } },
    Mapping: {
      Type: 'AWS::Lambda::EventSourceMapping',
      Properties: { EventSourceArn: arnOf('Jobs'), FunctionName: { Ref: 'workerFunction' } },
    },
  };

  it('is refused when its role may not do what Lambda does for it', async () => {
    const worker = functionThatMay('worker', allow('sqs:ReceiveMessage', arnOf('Jobs')));
    await expect(start({ ...worker, ...queue }, nothing)).rejects.toThrow(
      'assumed-role/worker/local is not authorized to perform: sqs:DeleteMessage',
    );
  });
});
