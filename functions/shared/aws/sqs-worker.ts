/** A Lambda behind a queue: what fails of a batch comes again, and what is done does not. */
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { AuthError } from '../domain/auth-error.ts';
import type { Log } from '../domain/log.ts';

/** Does the work of one message; whoever throws gets it again, until the queue gives it up. */
export type MessageWork = (body: string, log: Log) => Promise<void>;

export type QueueHandler = (event: SQSEvent) => Promise<SQSBatchResponse>;

/** For a mapping with `ReportBatchItemFailures`: without it a thrown error repeats the whole batch. */
export function workOffQueue(work: MessageWork, options: { readonly log: Log }): QueueHandler {
  return async ({ Records: records }) => {
    const failed = await Promise.all(
      records.map(async ({ messageId, body }) => {
        const log = options.log.with({ messageId });
        try {
          await work(body, log);
          return [];
        } catch (error) {
          logMessageFailure(log, error);
          return [{ itemIdentifier: messageId }];
        }
      }),
    );
    return { batchItemFailures: failed.flat() };
  };
}

/** What a part behind us failed at may go well at the next try, and the alarm is for what is given up; the rest is a defect. */
function logMessageFailure(log: Log, error: unknown): void {
  if (error instanceof AuthError) log.warn('message.failed', { code: error.code }, error);
  else log.error('message.crashed', {}, error);
}
