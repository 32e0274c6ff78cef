/** What AWS sets going by itself: functions at deployment, on a schedule, and for the messages of a queue. */
import type { AwsEndpoint } from './aws/endpoint.ts';
import { readTriggers, runTriggers } from './deployment-triggers.ts';
import { requireTrust } from './iam/trust-policy.ts';
import { neededActions, readQueueMappings } from './queues/event-source-mappings.ts';
import { type LocalQueues, startQueues } from './queues/local-queues.ts';
import { readSchedules, startSchedules } from './schedules.ts';
import type { Deployment } from './template.ts';

export interface BackgroundWork {
  readonly queues: LocalQueues;
  /** What a deployment runs before anybody uses it. @throws {TriggerError} when one of them fails. */
  deploy(): Promise<void>;
  /** Nothing begins after this. */
  stop(): void;
}

export interface BackgroundWorkOptions {
  readonly deployment: Deployment;
  readonly aws: Pick<AwsEndpoint, 'requirePermission' | 'sqs'>;
  /** @throws whatever makes the invocation fail. */
  readonly invoke: (functionName: string, event: unknown) => Promise<unknown>;
  readonly queueRetrySeconds: number;
}

/** @throws Error when something cannot be honoured here, or a role lacks what AWS would do with it. */
export function startBackgroundWork(options: BackgroundWorkOptions): BackgroundWork {
  const { deployment, aws, invoke, queueRetrySeconds } = options;
  const triggers = readTriggers(deployment);
  const schedules = readSchedules(deployment);
  const mappings = readQueueMappings(deployment);
  // Roles do not change while this runs: what would fail at every turn is said before the first.
  for (const { roleName, functionArn } of [...triggers, ...schedules]) {
    aws.requirePermission(roleName, { action: 'lambda:InvokeFunction', resource: functionArn });
  }
  for (const { roleName } of schedules) requireTrust(deployment, roleName, 'scheduler.amazonaws.com');
  for (const { roleName, queueArn } of mappings) {
    for (const action of neededActions) aws.requirePermission(roleName, { action, resource: queueArn });
  }

  const queues = startQueues({ deployment, mappings, sqs: aws.sqs, invoke, retrySeconds: queueRetrySeconds });
  const running = startSchedules(schedules, ({ functionName, event }) => {
    // Its failure is in the log, like that of every invocation.
    invoke(functionName, event).catch(() => undefined);
  });
  return {
    queues,
    deploy: () => runTriggers(triggers, ({ functionName }) => invoke(functionName, {})),
    stop() {
      running.stop();
      queues.close();
    },
  };
}
