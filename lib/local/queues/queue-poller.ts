/** Hands the messages of one queue to its function: in batches, so many at a time, failed ones again until they are given up. */
import * as v from 'valibot';
import type { Sqs } from '../aws/sqs.ts';
import type { QueueMapping } from './event-source-mappings.ts';
import { failedMessages, type Message, ReceivedMessages, toSqsEvent } from './sqs-event.ts';

export interface PollerOptions {
  readonly mapping: QueueMapping;
  readonly sqs: Pick<Sqs, 'ask' | 'bodies'>;
  /** @returns what the function returned. @throws whatever makes its invocation fail. */
  readonly invoke: (functionName: string, event: unknown) => Promise<unknown>;
  /** How long a failed message waits for its next try. */
  readonly retrySeconds: number;
  /** Hears when the queue may have become empty. */
  readonly onChange: () => void;
}

/** How often a queue is looked at in which messages wait for their time. */
const lookAgainMs = 100;

export class QueuePoller {
  readonly #options: PollerOptions;
  #running = 0;
  #isClosed = false;
  #lookAgain: NodeJS.Timeout | undefined;

  constructor(options: PollerOptions) {
    this.#options = options;
  }

  /** There may be messages. */
  wake(): void {
    if (this.#isClosed || this.#running === this.#options.mapping.maxConcurrency) return;
    this.#running += 1;
    // Only a queue that is being closed refuses anything.
    this.#run().catch(() => undefined);
  }

  async #run(): Promise<void> {
    const hasTaken = await this.#takeBatch().finally(() => (this.#running -= 1));
    if (hasTaken) this.wake();
    else if (!(await this.isEmpty())) this.#wakeLater();
    this.#options.onChange();
  }

  /** Nothing waits, for whatever reason, and nothing is being worked on. */
  async isEmpty(): Promise<boolean> {
    const { sqs, mapping } = this.#options;
    return (await sqs.bodies(mapping.queueName)).length === 0;
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#lookAgain);
  }

  /** @returns whether there was anything to take. */
  async #takeBatch(): Promise<boolean> {
    const { mapping, sqs } = this.#options;
    const received = await sqs.ask('ReceiveMessage', {
      QueueUrl: mapping.queueUrl,
      MaxNumberOfMessages: mapping.batchSize,
      MessageSystemAttributeNames: ['All'],
      MessageAttributeNames: ['All'],
      WaitTimeSeconds: 0,
    });
    const { Messages: messages } = v.parse(ReceivedMessages, received);
    if (messages.length === 0) return false;
    // More may wait: another poller looks, as far as the mapping allows.
    this.wake();
    const failed = await this.#work(messages);
    await Promise.all(
      messages.map((message) => (failed.includes(message) ? this.#retry(message) : this.#finish(message))),
    );
    return true;
  }

  async #work(messages: readonly Message[]): Promise<readonly Message[]> {
    const { mapping, invoke } = this.#options;
    try {
      const answer = await invoke(mapping.functionName, toSqsEvent(messages, mapping.queueArn));
      return failedMessages(messages, answer, mapping);
    } catch {
      // The function's own log says why.
      return messages;
    }
  }

  async #finish({ ReceiptHandle }: Message): Promise<void> {
    const { sqs, mapping } = this.#options;
    await sqs.ask('DeleteMessage', { QueueUrl: mapping.queueUrl, ReceiptHandle });
  }

  /** AWS lets the visibility timeout pass, which is minutes. */
  async #retry({ ReceiptHandle }: Message): Promise<void> {
    const { sqs, mapping, retrySeconds: VisibilityTimeout } = this.#options;
    await sqs.ask('ChangeMessageVisibility', { QueueUrl: mapping.queueUrl, ReceiptHandle, VisibilityTimeout });
  }

  #wakeLater(): void {
    clearTimeout(this.#lookAgain);
    if (!this.#isClosed) this.#lookAgain = setTimeout(() => this.wake(), lookAgainMs).unref();
  }
}
