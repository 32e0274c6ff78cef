/** Which functions of the templates run here, and which ones only CloudFormation calls. */
import type { DeployedResource, Deployment } from './template.ts';

/** All but the providers of custom resources: what those do at a deployment is done here without them. */
export function deployedFunctions({ resources }: Deployment): DeployedResource[] {
  const providers = new Set(resources.map(({ properties }) => properties['ServiceToken']));
  return resources.filter(
    ({ type, attributes }) => type === 'AWS::Lambda::Function' && !providers.has(attributes['Arn']),
  );
}

/** `session` of `arn:aws:lambda:…:function:session`, with a version behind it or without. */
export function functionNameIn(arn: string): string {
  return arn.split(':')[6] ?? '';
}

/** `reader` of `arn:aws:iam::…:role/path/reader`. */
export function roleNameIn(arn: string): string {
  return arn.split('/').at(-1) ?? '';
}
