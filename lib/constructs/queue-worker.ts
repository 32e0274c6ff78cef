/** The function that does the work of a queue. */
import { EventSourceMapping } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import type { EnvModule } from './grant.ts';
import { Lambda, type LambdaProps } from './lambda.ts';
import type { WorkQueue } from './work-queue.ts';

export interface QueueWorkerProps<Module extends EnvModule> extends Omit<LambdaProps<Module>, 'timeoutSeconds'> {
  readonly queue: WorkQueue;
  /** Messages in one event, 10 unless given. */
  readonly batchSize?: number;
  /** Events at a time, at least 2; 10 unless given. */
  readonly maxConcurrency?: number;
}

export class QueueWorker<Module extends EnvModule> extends Lambda<Module> {
  /** @param name the folder in `functions/` */
  constructor(scope: Construct, name: string, props: QueueWorkerProps<Module>) {
    const { queue, batchSize = 10, maxConcurrency = 10, ...own } = props;
    super(scope, name, { ...own, timeoutSeconds: queue.workerTimeoutSeconds, statements: [queue.receive()] });
    // SqsEventSource would grant more than these three actions, in a policy of its own.
    new EventSourceMapping(this, 'Queue', {
      target: this.function,
      eventSourceArn: queue.queueArn,
      batchSize,
      maxConcurrency,
      reportBatchItemFailures: true,
    });
  }
}
