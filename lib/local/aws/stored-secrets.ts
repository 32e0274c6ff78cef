/** The secrets of the templates with their versions: first values as CloudFormation writes them, then what is put. */
import { randomUUID } from 'node:crypto';
import * as v from 'valibot';
import { jsonObject } from '../json-object.ts';
import type { DeployedResource, Deployment } from '../template.ts';
import { AwsError } from './aws-service.ts';
import { generateSecretString, generateSecretStringSchema } from './generated-secret.ts';

export interface SecretVersion {
  readonly id: string;
  readonly text: string;
  readonly createdAt: Date;
  /** `AWSCURRENT`, `AWSPREVIOUS` or a stage of one's own; none when the version is deprecated. */
  readonly stages: Set<string>;
}

export interface StoredSecret {
  readonly name: string;
  readonly arn: string;
  readonly versions: SecretVersion[];
}

/** Fields by purpose: by the last part of the secret's name, `workos` for `gatehouse/local/workos`. */
export type SecretFields = Readonly<Record<string, Readonly<Record<string, string>>>>;

const secretSchema = v.object({
  SecretString: v.optional(v.string()),
  GenerateSecretString: v.optional(generateSecretStringSchema),
});

/** @throws Error when a value cannot be made, or `fields` names a purpose that no secret has. */
export function createSecrets(deployment: Deployment, fields: SecretFields, now: Date): StoredSecret[] {
  const resources = deployment.resources.filter(({ type }) => type === 'AWS::SecretsManager::Secret');
  const policy = deployment.resources.find(({ type }) => type === 'AWS::SecretsManager::ResourcePolicy');
  if (policy !== undefined) throw new Error(`${policy.logicalId}: policies on secrets are not evaluated here`);

  const purposes = new Set(resources.map((resource) => purposeOf(nameOf(resource))));
  const unknown = Object.keys(fields).filter((purpose) => !purposes.has(purpose));
  if (unknown.length > 0) throw new Error(`No secret has the purpose ${unknown.join(', ')}`);

  return resources.map((resource) => {
    const name = nameOf(resource);
    const text = merge(name, firstValue(name, resource.properties), fields[purposeOf(name)]);
    const secret: StoredSecret = { name, arn: resource.physicalId, versions: [] };
    putVersion(secret, { id: randomUUID(), text, stages: ['AWSCURRENT'], now });
    return secret;
  });
}

/**
 * Adds a version and moves its stages to it; what was current becomes the previous one.
 * @throws AwsError when that id already stands for another value.
 */
export function putVersion(
  secret: StoredSecret,
  { id, text, stages, now }: { id: string; text: string; stages: readonly string[]; now: Date },
): SecretVersion {
  const same = secret.versions.find((version) => version.id === id);
  if (same !== undefined && same.text !== text) {
    throw new AwsError('ResourceExistsException', `The ClientRequestToken ${id} is already in use for another value.`);
  }
  if (same !== undefined) return same;
  const added = { id, text, createdAt: now, stages: new Set<string>() };
  secret.versions.push(added);
  for (const stage of stages) moveStage(secret, stage, added);
  return added;
}

function moveStage(secret: StoredSecret, stage: string, to: SecretVersion): void {
  const from = secret.versions.find(({ stages }) => stages.has(stage));
  from?.stages.delete(stage);
  to.stages.add(stage);
  if (stage === 'AWSCURRENT' && from !== undefined) moveStage(secret, 'AWSPREVIOUS', from);
}

function firstValue(name: string, properties: unknown): string {
  const parsed = v.safeParse(secretSchema, properties);
  if (!parsed.success) throw new Error(`Secret ${name}: ${v.getDotPath(parsed.issues[0])} is not understood`);
  const { SecretString: text, GenerateSecretString: recipe } = parsed.output;
  return recipe === undefined ? (text ?? '') : generateSecretString(recipe);
}

function merge(name: string, text: string, fields: Readonly<Record<string, string>> | undefined): string {
  if (fields === undefined) return text;
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), jsonObject), text);
  if (!parsed.success) throw new Error(`Secret ${name}: its value is no JSON object and has no fields`);
  return JSON.stringify({ ...parsed.output, ...fields });
}

/** The ARN ends with the name and a suffix of six characters. */
function nameOf({ physicalId: arn }: DeployedResource): string {
  return arn.split(':').slice(6).join(':').slice(0, -'-abcdef'.length);
}

function purposeOf(name: string): string {
  return name.split('/').at(-1) ?? name;
}
