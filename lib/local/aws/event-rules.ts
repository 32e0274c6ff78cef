/** EventBridge's rules: which events go to which queue, and what of them. */
import * as v from 'valibot';
import { readQueuePolicies } from '../iam/queue-policy.ts';
import { recordOf } from '../json-object.ts';
import type { DeployedResource, Deployment } from '../template.ts';

/** As EventBridge hands an event to a target. */
export interface EventEnvelope {
  readonly version: '0';
  readonly id: string;
  readonly 'detail-type': string;
  readonly source: string;
  readonly account: string;
  readonly time: string;
  readonly region: string;
  readonly resources: readonly string[];
  readonly detail: Readonly<Record<string, unknown>>;
}

export interface EventRule {
  readonly bus: string;
  readonly matches: (event: EventEnvelope) => boolean;
  readonly targets: readonly {
    readonly queueArn: string;
    /** What the message says. */
    readonly bodyOf: (event: EventEnvelope) => unknown;
  }[];
}

const Value = v.union([v.string(), v.number(), v.boolean(), v.null()]);
/** Exact values only: `prefix`, `exists` and the like are objects. */
const Values = v.pipe(v.array(Value), v.nonEmpty());

const RuleProperties = v.strictObject({
  Name: v.optional(v.string()),
  Description: v.optional(v.string()),
  Tags: v.optional(v.unknown()),
  EventBusName: v.optional(v.string(), 'default'),
  EventPattern: v.pipe(
    v.strictObject({
      source: v.optional(Values),
      'detail-type': v.optional(Values),
      detail: v.optional(recordOf(Values)),
    }),
    v.check((pattern) => Object.keys(pattern).length > 0, 'must name something'),
  ),
  State: v.optional(v.literal('ENABLED')),
  Targets: v.array(
    v.strictObject({
      Id: v.string(),
      Arn: v.pipe(v.string(), v.regex(/^arn:aws:sqs:[^:]+:\d+:/, 'must be a queue')),
      InputPath: v.optional(v.literal('$.detail')),
      /** Without a meaning here: nothing fails on the way to a queue. */
      RetryPolicy: v.optional(v.unknown()),
      DeadLetterConfig: v.optional(v.unknown()),
    }),
  ),
});

/** @throws Error naming a rule and what of it cannot be honoured here, or the queue whose policy does not let it in. */
export function readEventRules(deployment: Deployment): EventRule[] {
  const mayUse = readQueuePolicies(deployment);
  return deployment.resources
    .filter(({ type }) => type === 'AWS::Events::Rule')
    .map((resource) => {
      const { EventBusName, EventPattern, Targets } = parse(resource);
      const sourceArn = resource.attributes['Arn'] ?? '';
      for (const { Arn: queueArn } of Targets) {
        if (mayUse({ service: 'events.amazonaws.com', action: 'sqs:SendMessage', queueArn, sourceArn })) continue;
        throw new Error(
          `${nameOf(resource)}: no policy of ${queueArn} lets events.amazonaws.com send for ${sourceArn}`,
        );
      }
      return {
        bus: EventBusName.split('/').at(-1) ?? EventBusName,
        matches: (event) => fits(EventPattern, event),
        targets: Targets.map(({ Arn, InputPath }) => ({
          queueArn: Arn,
          bodyOf: (event) => (InputPath === undefined ? event : event.detail),
        })),
      };
    });
}

type Pattern = v.InferOutput<typeof RuleProperties>['EventPattern'];

/** Every field that is named must be there with one of the values, or hold one of them where it is a list. */
function fits({ source, 'detail-type': detailType, detail = {} }: Pattern, event: EventEnvelope): boolean {
  const isOneOf = (values: readonly unknown[] | undefined, actual: unknown) =>
    values === undefined || [actual].flat().some((each) => values.includes(each));
  return (
    isOneOf(source, event.source) &&
    isOneOf(detailType, event['detail-type']) &&
    Object.entries(detail).every(([name, values]) => isOneOf(values, event.detail[name]))
  );
}

function parse(resource: DeployedResource) {
  const parsed = v.safeParse(RuleProperties, resource.properties);
  if (parsed.success) return parsed.output;
  const [issue] = parsed.issues;
  throw new Error(`${nameOf(resource)}.${v.getDotPath(issue) ?? 'properties'}: ${issue.message}`);
}

function nameOf({ stack, logicalId }: DeployedResource): string {
  return `${stack}.${logicalId}`;
}
