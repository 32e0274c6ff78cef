/** SQS: the templates' queues in fauxqs, which gets each request as it came once IAM allows it. */
import * as v from 'valibot';
import type { DeployedResource, Deployment } from '../template.ts';
import { AwsError, type AwsService, unknownOperation } from './aws-service.ts';
import { createFauxqs, type QueueDefinition } from './fauxqs.ts';
import { operationInTarget, parseJson } from './json-service.ts';

export interface Sqs extends AwsService {
  /** For what AWS itself does with queues: nobody's permissions are asked. @throws Error when it is refused. */
  ask(operation: string, input: object): Promise<unknown>;
  /** For what a service sends under a queue's policy. */
  send(queueArn: string, body: string): Promise<void>;
  /** Bodies of all messages in a queue, whatever they wait for; the oldest first. */
  bodies(queueName: string): Promise<readonly string[]>;
  /** Called with the ARN of a queue after whatever may have given it a message. */
  onMessages(listener: (queueArn: string) => void): void;
  close(): Promise<void>;
}

/** Action by operation: a batch needs no permission of its own. */
const actions: Readonly<Record<string, string>> = {
  ChangeMessageVisibility: 'ChangeMessageVisibility',
  ChangeMessageVisibilityBatch: 'ChangeMessageVisibility',
  DeleteMessage: 'DeleteMessage',
  DeleteMessageBatch: 'DeleteMessage',
  GetQueueAttributes: 'GetQueueAttributes',
  GetQueueUrl: 'GetQueueUrl',
  PurgeQueue: 'PurgeQueue',
  ReceiveMessage: 'ReceiveMessage',
  SendMessage: 'SendMessage',
  SendMessageBatch: 'SendMessage',
};

const giveMessages = ['ChangeMessageVisibility', 'ChangeMessageVisibilityBatch', 'SendMessage', 'SendMessageBatch'];

const target = v.object({ QueueUrl: v.optional(v.string()), QueueName: v.optional(v.string()) });

const text = v.pipe(v.union([v.number(), v.boolean()]), v.transform(String));
const QueueProperties = v.strictObject({
  QueueName: v.optional(v.string()),
  Tags: v.optional(v.unknown()),
  DelaySeconds: v.optional(text),
  MaximumMessageSize: v.optional(text),
  MessageRetentionPeriod: v.optional(text),
  ReceiveMessageWaitTimeSeconds: v.optional(text),
  RedrivePolicy: v.optional(
    v.pipe(
      v.strictObject({ deadLetterTargetArn: v.string(), maxReceiveCount: v.number() }),
      v.transform((policy) => JSON.stringify(policy)),
    ),
  ),
  SqsManagedSseEnabled: v.optional(text),
  VisibilityTimeout: v.optional(text),
});

/** @throws Error when a queue is one that cannot be honoured here. */
export function createSqs({ resources, region, accountId }: Deployment): Sqs {
  const fauxqs = createFauxqs(resources.filter(({ type }) => type === 'AWS::SQS::Queue').map(toDefinition));
  const listeners: ((queueArn: string) => void)[] = [];

  async function ask(operation: string, input: object): Promise<unknown> {
    const { status, body } = await fauxqs.ask(operation, JSON.stringify(input));
    if (status !== 200) throw new Error(`SQS refuses ${operation}: ${body.toString()}`);
    return v.parse(v.pipe(v.string(), v.parseJson()), body.toString());
  }

  return {
    name: 'sqs',
    throttlingCode: 'RequestThrottled',
    accessDeniedStatus: 403,
    operationOf: (request) => operationInTarget('sqs', 'AmazonSQS', request),
    prepare: (operation, { body }) => {
      const action = Object.hasOwn(actions, operation) ? actions[operation] : undefined;
      if (action === undefined) throw unknownOperation('sqs', operation);
      const parsed = v.safeParse(target, parseJson(body));
      if (!parsed.success) throw new AwsError('ValidationException', 'QueueUrl is malformed');
      const { QueueUrl = '', QueueName = QueueUrl.split('/').at(-1) } = parsed.output;
      const resource = `arn:aws:sqs:${region}:${accountId}:${QueueName}`;
      return {
        permissions: [{ action: `sqs:${action}`, resource }],
        run: async () => {
          const reply = await fauxqs.ask(operation, body);
          if (reply.status === 200 && giveMessages.includes(operation)) for (const hear of listeners) hear(resource);
          return reply;
        },
      };
    },
    ask,
    async send(queueArn, MessageBody) {
      const QueueUrl = resources.find(({ attributes }) => attributes['Arn'] === queueArn)?.physicalId;
      await ask('SendMessage', { QueueUrl, MessageBody });
      for (const hear of listeners) hear(queueArn);
    },
    bodies: fauxqs.bodies,
    onMessages: (listener) => void listeners.push(listener),
    close: () => fauxqs.close(),
  };
}

function toDefinition({ stack, logicalId, attributes, properties }: DeployedResource): QueueDefinition {
  const parsed = v.safeParse(QueueProperties, properties);
  if (!parsed.success) {
    const [issue] = parsed.issues;
    throw new Error(`${stack}.${logicalId}.${v.getDotPath(issue) ?? 'properties'}: ${issue.message}`);
  }
  const { QueueName: _name, Tags: _tags, ...given } = parsed.output;
  const entries = Object.entries(given).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return { name: attributes['QueueName'] ?? '', attributes: Object.fromEntries(entries) };
}
