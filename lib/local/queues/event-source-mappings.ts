/** Which function takes the messages of which queue, as the templates say. */
import * as v from 'valibot';
import { deployedFunctions, functionNameIn, roleNameIn } from '../deployed-functions.ts';
import type { DeployedResource, Deployment } from '../template.ts';

export interface QueueMapping {
  readonly queueArn: string;
  readonly queueName: string;
  readonly queueUrl: string;
  readonly functionName: string;
  /** The function's own role, with whose permissions Lambda reads the queue. */
  readonly roleName: string;
  /** Messages in one event. */
  readonly batchSize: number;
  /** Events at a time. */
  readonly maxConcurrency: number;
  /** Whether the function says which messages of a batch it could not do. */
  readonly reportsItemFailures: boolean;
}

const MappingProperties = v.strictObject({
  EventSourceArn: v.pipe(v.string(), v.regex(/^arn:aws:sqs:/, 'must be a queue')),
  FunctionName: v.string(),
  Enabled: v.optional(v.literal(true)),
  // More than 10 needs a batching window, and nothing here waits for one.
  BatchSize: v.optional(v.pipe(v.number(), v.minValue(1), v.maxValue(10)), 10),
  FunctionResponseTypes: v.optional(v.array(v.literal('ReportBatchItemFailures')), []),
  ScalingConfig: v.optional(v.strictObject({ MaximumConcurrency: v.pipe(v.number(), v.minValue(2)) })),
  Tags: v.optional(v.unknown()),
});

/** What Lambda does with a queue, in the function's name; without these it refuses to make the mapping. */
export const neededActions = ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'] as const;

/** As many pollers as Lambda starts with. */
const defaultConcurrency = 5;

/** @throws Error naming a mapping and what of it cannot be honoured here. */
export function readQueueMappings(deployment: Deployment): QueueMapping[] {
  const { resources } = deployment;
  const functions = deployedFunctions(deployment);
  return resources
    .filter(({ type }) => type === 'AWS::Lambda::EventSourceMapping')
    .map(({ stack, logicalId, properties }) => {
      const where = `${stack}.${logicalId}`;
      const parsed = v.safeParse(MappingProperties, properties);
      if (!parsed.success) {
        const [issue] = parsed.issues;
        throw new Error(`${where}.${v.getDotPath(issue) ?? 'properties'}: ${issue.message}`);
      }
      const { EventSourceArn, FunctionName, BatchSize, FunctionResponseTypes, ScalingConfig } = parsed.output;
      const functionName = FunctionName.startsWith('arn:') ? functionNameIn(FunctionName) : FunctionName;
      const worker = functions.find(({ physicalId }) => physicalId === functionName);
      const queue = resources.find(({ type, attributes }) => isQueue(type) && attributes['Arn'] === EventSourceArn);
      if (!worker || !queue) throw new Error(`${where}: there is no such ${worker ? 'queue' : 'function'}`);
      const maxConcurrency = ScalingConfig?.MaximumConcurrency ?? defaultConcurrency;
      requireVisibility(where, queue, worker);
      return {
        queueArn: EventSourceArn,
        queueName: queue.attributes['QueueName'] ?? '',
        queueUrl: queue.physicalId,
        functionName,
        roleName: roleNameIn(String(worker.properties['Role'])),
        batchSize: BatchSize,
        maxConcurrency,
        reportsItemFailures: FunctionResponseTypes.length > 0,
      };
    });
}

/** Lambda refuses the mapping otherwise: a message would be handed out again while the function still works on it. */
function requireVisibility(where: string, queue: DeployedResource, worker: DeployedResource): void {
  const visibility = v.parse(v.optional(v.number(), 30), queue.properties['VisibilityTimeout']);
  const timeout = v.parse(v.optional(v.number(), 3), worker.properties['Timeout']);
  if (visibility >= timeout) return;
  throw new Error(`${where}: the queue's VisibilityTimeout (${visibility} s) is below the function's (${timeout} s)`);
}

const isQueue = (type: string) => type === 'AWS::SQS::Queue';
