/**
 * The policies on queues. Two statements are understood: whoever does not come by TLS is refused, as CDK's `enforceSSL` writes it
 * (calls count as such here, so it takes nothing away from what IAM says), and an AWS service may do something.
 */
import * as v from 'valibot';
import { jsonObject } from '../json-object.ts';
import type { Deployment } from '../template.ts';
import { type Condition, parseConditions } from './condition.ts';

const oneOrMore = v.union([
  v.pipe(
    v.string(),
    v.transform((only) => [only]),
  ),
  v.array(v.string()),
]);

const RefusesWithoutTls = v.strictObject({
  Sid: v.optional(v.string()),
  Effect: v.literal('Deny'),
  Action: v.literal('sqs:*'),
  Principal: v.strictObject({ AWS: v.literal('*') }),
  Resource: v.string(),
  Condition: v.strictObject({ Bool: v.strictObject({ 'aws:SecureTransport': v.literal('false') }) }),
});

const AllowsService = v.strictObject({
  Sid: v.optional(v.string()),
  Effect: v.literal('Allow'),
  Action: oneOrMore,
  Principal: v.strictObject({ Service: v.string() }),
  Resource: v.string(),
  Condition: v.optional(jsonObject, {}),
});

const QueuePolicyProperties = v.object({
  /** URLs. */
  Queues: v.array(v.string()),
  PolicyDocument: v.strictObject({
    Version: v.literal('2012-10-17'),
    Statement: v.array(v.union([RefusesWithoutTls, AllowsService])),
  }),
});

/** What the services here can say about a call of theirs. Any other key would be missing in every one. */
const knownConditionKeys = ['aws:SecureTransport', 'aws:SourceAccount', 'aws:SourceArn'];

export interface ServiceCall {
  /** `events.amazonaws.com` */
  readonly service: string;
  readonly action: string;
  readonly queueArn: string;
  /** On whose behalf, such as a rule's. */
  readonly sourceArn: string;
}

/**
 * Who may do what with which queue, beside the roles of this account.
 * @throws Error naming the policy that says anything else.
 */
export function readQueuePolicies({ resources, accountId }: Deployment): (call: ServiceCall) => boolean {
  const allowances = resources
    .filter(({ type }) => type === 'AWS::SQS::QueuePolicy')
    .flatMap(({ stack, logicalId, properties }) => readPolicy(`${stack}.${logicalId}`, properties));

  return ({ service, action, queueArn, sourceArn }) => {
    const url = resources.find(({ attributes }) => attributes['Arn'] === queueArn)?.physicalId ?? '';
    const context = { 'aws:SecureTransport': 'true', 'aws:SourceAccount': accountId, 'aws:SourceArn': sourceArn };
    return allowances.some(
      (each) =>
        each.queueUrls.includes(url) &&
        each.service === service &&
        each.actions.includes(action) &&
        each.queueArn === queueArn &&
        each.conditions.every((condition) => condition.holds(context)),
    );
  };
}

interface Allowance {
  readonly queueUrls: readonly string[];
  readonly service: string;
  readonly actions: readonly string[];
  readonly queueArn: string;
  readonly conditions: readonly Condition[];
}

function readPolicy(where: string, properties: unknown): Allowance[] {
  const parsed = v.safeParse(QueuePolicyProperties, properties);
  if (!parsed.success) {
    throw new Error(
      `${where}: a queue policy is evaluated here only where it refuses what comes without TLS, or allows something to a service`,
    );
  }
  const { Queues, PolicyDocument } = parsed.output;
  return PolicyDocument.Statement.flatMap((statement) => {
    if (statement.Effect === 'Deny') return [];
    const conditions = parseConditions(where, statement.Condition);
    const unknown = conditions.find(({ key }) => !knownConditionKeys.includes(key));
    if (unknown !== undefined) throw new Error(`${where}: the condition key ${unknown.key} is not known here`);
    return [
      {
        queueUrls: Queues,
        service: statement.Principal.Service,
        actions: statement.Action,
        queueArn: statement.Resource,
        conditions,
      },
    ];
  });
}
