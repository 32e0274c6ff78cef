/** Messages as Lambda hands them to a function, and which of them the function could not do. */
import type { SQSEvent } from 'aws-lambda';
import * as v from 'valibot';
import type { QueueMapping } from './event-source-mappings.ts';

const Message = v.object({
  MessageId: v.string(),
  ReceiptHandle: v.string(),
  Body: v.string(),
  MD5OfBody: v.string(),
  Attributes: v.object({
    ApproximateReceiveCount: v.string(),
    SentTimestamp: v.string(),
    SenderId: v.string(),
    ApproximateFirstReceiveTimestamp: v.string(),
  }),
  MessageAttributes: v.optional(
    v.record(v.string(), v.object({ DataType: v.string(), StringValue: v.optional(v.string()) })),
    {},
  ),
});
export type Message = v.InferOutput<typeof Message>;

export const ReceivedMessages = v.object({ Messages: v.optional(v.array(Message), []) });

export function toSqsEvent(messages: readonly Message[], queueArn: string): SQSEvent {
  return {
    Records: messages.map((message) => ({
      messageId: message.MessageId,
      receiptHandle: message.ReceiptHandle,
      body: message.Body,
      md5OfBody: message.MD5OfBody,
      attributes: message.Attributes,
      messageAttributes: Object.fromEntries(
        Object.entries(message.MessageAttributes).map(([name, { DataType, StringValue }]) => [
          name,
          { dataType: DataType, ...(StringValue !== undefined && { stringValue: StringValue }) },
        ]),
      ),
      eventSource: 'aws:sqs',
      eventSourceARN: queueArn,
      awsRegion: queueArn.split(':')[3] ?? '',
    })),
  };
}

const Report = v.nullish(
  v.object({ batchItemFailures: v.nullish(v.array(v.object({ itemIdentifier: v.string() })), []) }),
);

/**
 * All of a batch has failed when the report is none or names a message that was not in it.
 * @param answer the function's
 */
export function failedMessages(
  messages: readonly Message[],
  answer: unknown,
  { reportsItemFailures }: Pick<QueueMapping, 'reportsItemFailures'>,
): readonly Message[] {
  if (!reportsItemFailures) return [];
  const report = v.safeParse(Report, answer);
  if (!report.success) return messages;
  const failures = report.output?.batchItemFailures ?? [];
  const failed = failures.map(({ itemIdentifier }) => messages.find(({ MessageId }) => MessageId === itemIdentifier));
  return failed.includes(undefined) ? messages : failed.filter((message) => message !== undefined);
}
