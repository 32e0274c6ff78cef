/** Holds every call against the policies of the role that makes it, and refuses as IAM does. */
import type { Condition, RequestContext } from '../iam/condition.ts';
import { evaluate } from '../iam/evaluate.ts';
import type { Policy } from '../iam/policy.ts';
import { policiesOfRole } from '../iam/role-policies.ts';
import { matchesWildcard } from '../iam/wildcard.ts';
import type { Deployment } from '../template.ts';
import { AwsError, type AwsService, type Permission } from './aws-service.ts';

/** What the services here can say about a request. Any other key would be missing in every request. */
const knownConditionKeys = [
  'aws:PrincipalAccount',
  'aws:PrincipalArn',
  'aws:RequestedRegion',
  'aws:SecureTransport',
  'dynamodb:LeadingKeys',
  'events:detail-type',
  'events:source',
  'kms:EncryptionContext:*',
  'kms:EncryptionContextKeys',
  'secretsmanager:SecretId',
  'secretsmanager:VersionStage',
];

/** @throws AwsError AccessDeniedException when the role may not do it. */
export type Authorize = (
  roleName: string,
  permission: Permission,
  service: Pick<AwsService, 'accessDeniedStatus'>,
) => void;

/** @throws Error when a role's policies hold something that cannot be evaluated here. */
export function createAuthorizer(deployment: Deployment): Authorize {
  const { accountId, region, resources } = deployment;
  const roleNames = resources.filter(({ type }) => type === 'AWS::IAM::Role').map(({ physicalId }) => physicalId);
  const roles = new Map(
    roleNames.map((name) => {
      const policies = policiesOfRole(deployment, name);
      refuseUnknownConditionKeys(policies);
      return [name, { policies, context: principalContext(deployment, name) }];
    }),
  );
  return (roleName, { action, resource, context }, { accessDeniedStatus }) => {
    const role = roles.get(roleName);
    if (role === undefined) throw new Error(`There is no role ${roleName}`);
    const decision = evaluate({
      policies: role.policies,
      action,
      resource,
      context: { ...role.context, 'aws:RequestedRegion': region, 'aws:SecureTransport': 'true', ...context },
    });
    if (decision === 'allowed') return;
    const reason =
      decision === 'explicitDeny'
        ? 'with an explicit deny in an identity-based policy'
        : `because no identity-based policy allows the ${action} action`;
    throw new AwsError(
      'AccessDeniedException',
      `User: arn:aws:sts::${accountId}:assumed-role/${roleName}/local is not authorized to perform: ${action} on resource: ${resource} ${reason}`,
      accessDeniedStatus,
    );
  };
}

function principalContext({ resources, accountId }: Deployment, roleName: string): RequestContext {
  const role = resources.find(({ type, physicalId }) => type === 'AWS::IAM::Role' && physicalId === roleName);
  return { 'aws:PrincipalAccount': accountId, 'aws:PrincipalArn': role?.attributes['Arn'] ?? '' };
}

function refuseUnknownConditionKeys(policies: readonly Policy[]): void {
  for (const { name, statements } of policies) {
    const unknown = statements.flatMap(({ conditions }) => conditions).find((condition) => !isKnown(condition));
    if (unknown !== undefined) throw new Error(`Policy ${name}: the condition key ${unknown.key} is not known here`);
  }
}

function isKnown({ key }: Condition): boolean {
  return knownConditionKeys.some((known) => matchesWildcard(known.toLowerCase(), key.toLowerCase()));
}
