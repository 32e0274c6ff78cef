/** Who may call the local AWS: one set of credentials per function role, and the operator's. New at every start. */
import { randomBytes } from 'node:crypto';
import { deployedFunctions } from '../deployed-functions.ts';
import type { Deployment } from '../template.ts';

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** A role's credentials have one, the operator's do not. */
  readonly sessionToken?: string;
  /** `undefined`: the operator, who may do everything. */
  readonly roleName?: string;
}

export interface CredentialStore {
  readonly operator: Credentials;
  find(accessKeyId: string): Credentials | undefined;
  /** @throws Error when no function has that role. */
  ofRole(roleName: string): Credentials;
}

export function createCredentials(roleNames: readonly string[]): CredentialStore {
  const operator = { accessKeyId: accessKeyId('AKIA'), secretAccessKey: randomText(30) };
  const roles = roleNames.map((roleName) => ({
    accessKeyId: accessKeyId('ASIA'),
    secretAccessKey: randomText(30),
    sessionToken: randomText(96),
    roleName,
  }));
  const all = new Map<string, Credentials>([operator, ...roles].map((each) => [each.accessKeyId, each]));
  return {
    operator,
    find: (id) => all.get(id),
    ofRole: (roleName) => {
      const found = roles.find((role) => role.roleName === roleName);
      if (found === undefined) throw new Error(`No function has the role ${roleName}`);
      return found;
    },
  };
}

/** Names of the roles that functions run under. */
export function functionRoles(deployment: Deployment): string[] {
  const arns = new Set(deployedFunctions(deployment).map(({ properties }) => properties['Role']));
  return deployment.resources
    .filter(({ type, attributes }) => type === 'AWS::IAM::Role' && arns.has(attributes['Arn']))
    .map(({ physicalId }) => physicalId);
}

function accessKeyId(prefix: string): string {
  return prefix + randomBytes(8).toString('hex').toUpperCase();
}

function randomText(bytes: number): string {
  return randomBytes(bytes).toString('base64');
}
