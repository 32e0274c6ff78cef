/** Which AWS service may take on a role (`AssumeRolePolicyDocument`). Conditions, on whose behalf it does, always hold here. */
import * as v from 'valibot';
import type { Deployment } from '../template.ts';

const oneOrMore = v.pipe(
  v.union([v.string(), v.array(v.string())]),
  v.transform((given) => [given].flat()),
);

const trustSchema = v.object({
  Statement: v.array(
    v.object({
      Effect: v.literal('Allow'),
      Action: v.literal('sts:AssumeRole'),
      Principal: v.object({ Service: oneOrMore }),
    }),
  ),
});

/** @param service `scheduler.amazonaws.com`. @throws Error when the role does not trust it. */
export function requireTrust({ resources }: Deployment, roleName: string, service: string): void {
  const role = resources.find(({ type, physicalId }) => type === 'AWS::IAM::Role' && physicalId === roleName);
  const trust = v.safeParse(trustSchema, role?.properties['AssumeRolePolicyDocument']);
  const trusted = trust.success ? trust.output.Statement.flatMap(({ Principal }) => Principal.Service) : [];
  if (!trusted.includes(service)) throw new Error(`Role ${roleName}: ${service} may not take it on`);
}
