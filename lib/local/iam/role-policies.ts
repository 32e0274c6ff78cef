/** All policies of a role of the deployed templates: its own, those attached to it, and the managed ones it names. */
import * as v from 'valibot';
import type { DeployedResource, Deployment } from '../template.ts';
import { parsePolicy, type Policy } from './policy.ts';

const roleSchema = v.object({
  Policies: v.optional(v.array(v.object({ PolicyName: v.string(), PolicyDocument: v.unknown() })), []),
  ManagedPolicyArns: v.optional(v.array(v.string()), []),
  PermissionsBoundary: v.optional(v.never('permissions boundaries are not evaluated here')),
});

const attachedPolicySchema = v.object({
  Roles: v.optional(v.array(v.string()), []),
  PolicyDocument: v.unknown(),
});

/** What AWS keeps itself and no template contains. */
const managedPolicies: Readonly<Record<string, unknown>> = {
  'arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole': {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Action: ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents'],
        Resource: '*',
      },
    ],
  },
};

/** What the AWS::IAM types mean to a role; any other one might change what it may do, and is refused. */
const understood = ['AWS::IAM::Role', 'AWS::IAM::Policy', 'AWS::IAM::ManagedPolicy'];

/**
 * @param roleName the role's physical id
 * @throws Error when there is no such role, or a policy or an IAM resource that cannot be evaluated.
 */
export function policiesOfRole(deployment: Deployment, roleName: string): Policy[] {
  const resources = deployment.resources.filter(({ type }) => type.startsWith('AWS::IAM::'));
  const unknown = resources.find(({ type }) => !understood.includes(type));
  if (unknown !== undefined) throw new Error(`${unknown.type} ${unknown.logicalId} is not evaluated here`);
  const role = resources.find(({ type, physicalId }) => type === 'AWS::IAM::Role' && physicalId === roleName);
  if (role === undefined) throw new Error(`There is no role ${roleName}`);
  return [
    ...ownPolicies(role),
    ...resources.filter(({ type }) => type !== 'AWS::IAM::Role').flatMap((policy) => attachedPolicy(policy, roleName)),
  ];
}

function ownPolicies(role: DeployedResource): Policy[] {
  const parsed = v.safeParse(roleSchema, role.properties);
  if (!parsed.success) {
    const [issue] = parsed.issues;
    throw new Error(`Role ${role.physicalId}, ${v.getDotPath(issue) ?? 'properties'}: ${issue.message}`);
  }
  const { Policies, ManagedPolicyArns } = parsed.output;
  return [
    ...Policies.map((policy) => parsePolicy(`${role.physicalId}/${policy.PolicyName}`, policy.PolicyDocument)),
    ...ManagedPolicyArns.map((arn) => {
      if (Object.hasOwn(managedPolicies, arn)) return parsePolicy(arn, managedPolicies[arn]);
      throw new Error(`Role ${role.physicalId}: the managed policy ${arn} is not known here`);
    }),
  ];
}

function attachedPolicy({ logicalId, properties }: DeployedResource, roleName: string): Policy[] {
  const { Roles, PolicyDocument } = v.parse(attachedPolicySchema, properties);
  return Roles.includes(roleName) ? [parsePolicy(logicalId, PolicyDocument)] : [];
}
