/** The queues with their workers, as tests and people look at them. */
import type { Sqs } from '../aws/sqs.ts';
import type { Deployment } from '../template.ts';
import type { QueueMapping } from './event-source-mappings.ts';
import { type PollerOptions, QueuePoller } from './queue-poller.ts';

export interface LocalQueues {
  /** Resolves once every queue that has a worker is empty: all that was sent has been done or given up. */
  settled(): Promise<void>;
  /**
   * Bodies of all messages in a queue, also of those that are being worked on; the oldest first. They stay there.
   * @param name full, or its end: `workos-events-given-up`
   */
  messages(name: string): Promise<readonly string[]>;
}

export interface RunningQueues extends LocalQueues {
  /** Takes no more messages; events under way are left to themselves. */
  close(): void;
}

export interface LocalQueuesOptions extends Pick<PollerOptions, 'invoke' | 'retrySeconds'> {
  readonly deployment: Deployment;
  readonly mappings: readonly QueueMapping[];
  readonly sqs: Sqs;
}

export function startQueues({ deployment, mappings, sqs, ...options }: LocalQueuesOptions): RunningQueues {
  let changed = Promise.withResolvers<void>();
  const onChange = () => {
    changed.resolve();
    changed = Promise.withResolvers();
  };
  const pollers = mappings.map((mapping) => ({
    queueArn: mapping.queueArn,
    poller: new QueuePoller({ ...options, sqs, mapping, onChange }),
  }));
  sqs.onMessages((arn) => {
    for (const { queueArn, poller } of pollers) if (queueArn === arn) poller.wake();
  });

  return {
    async settled() {
      for (;;) {
        const next = changed.promise;
        const empty = await Promise.all(pollers.map(({ poller }) => poller.isEmpty()));
        if (!empty.includes(false)) return;
        await next;
      }
    },
    async messages(name) {
      const names = deployment.resources.flatMap(({ attributes: { QueueName = [] } }) => QueueName);
      const queueName = names.find((each) => each === name || each.endsWith(`-${name}`));
      if (queueName === undefined) throw new Error(`There is no queue ${name}. Queues: ${names.join(', ')}`);
      return sqs.bodies(queueName);
    },
    close() {
      for (const { poller } of pollers) poller.close();
    },
  };
}
