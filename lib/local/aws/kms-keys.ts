/** The KMS keys and aliases of the templates, and how a request names them. */
import { randomBytes } from 'node:crypto';
import * as v from 'valibot';
import { requireAccountDelegation } from '../iam/key-policy.ts';
import type { DeployedResource, Deployment } from '../template.ts';
import { AwsError } from './aws-service.ts';

export interface KmsKey {
  readonly id: string;
  readonly arn: string;
  readonly bytes: Buffer;
  readonly isEnabled: boolean;
}

export interface KmsKeys {
  /** @param name a key's id or ARN, an alias or its ARN. @throws AwsError NotFoundException */
  find(name: string): KmsKey;
  /**
   * The key of a ciphertext.
   * @param id what the ciphertext says
   * @param expected the key that the caller wants it to be, if it said so
   * @throws AwsError when there is none, or another one than expected.
   */
  underWhich(id: string | undefined, expected: string | undefined): KmsKey;
}

const keySchema = v.object({
  /** Without one KMS makes one that leaves the decision to IAM. */
  KeyPolicy: v.optional(v.unknown()),
  Enabled: v.optional(v.boolean(), true),
  KeySpec: v.optional(v.literal('SYMMETRIC_DEFAULT')),
  KeyUsage: v.optional(v.literal('ENCRYPT_DECRYPT')),
});

/** @throws Error when a key is not symmetric, or its policy is not one that CDK writes. */
export function createKmsKeys({ resources, region, accountId }: Deployment): KmsKeys {
  const arnOf = (rest: string) => `arn:aws:kms:${region}:${accountId}:${rest}`;
  const keys = resources
    .filter(({ type }) => type === 'AWS::KMS::Key')
    .map((resource): KmsKey => {
      const { KeyPolicy, Enabled } = readKey(resource);
      if (KeyPolicy !== undefined) requireAccountDelegation(resource.logicalId, KeyPolicy, accountId);
      const id = resource.physicalId;
      return { id, arn: arnOf(`key/${id}`), bytes: randomBytes(32), isEnabled: Enabled };
    });
  const byName = new Map(keys.flatMap((key) => [[key.id, key] as const, [key.arn, key] as const]));
  for (const { type, physicalId: alias, properties } of resources) {
    if (type !== 'AWS::KMS::Alias') continue;
    const key = byName.get(v.parse(v.object({ TargetKeyId: v.string() }), properties).TargetKeyId);
    if (key === undefined) throw new Error(`${alias} is the alias of no key here`);
    byName.set(alias, key).set(arnOf(alias), key);
  }

  const find = (name: string): KmsKey => {
    const key = byName.get(name);
    if (key === undefined) throw new AwsError('NotFoundException', `Key '${name}' does not exist`);
    return key;
  };
  return {
    find,
    underWhich: (id, expected) => {
      const key = id === undefined ? undefined : byName.get(id);
      if (key === undefined) throw new AwsError('InvalidCiphertextException', 'The ciphertext is under no key here.');
      if (expected !== undefined && find(expected) !== key) {
        throw new AwsError('IncorrectKeyException', 'The ciphertext is under another key than the one named.');
      }
      return key;
    },
  };
}

function readKey({ logicalId, properties }: DeployedResource): v.InferOutput<typeof keySchema> {
  const parsed = v.safeParse(keySchema, properties);
  if (parsed.success) return parsed.output;
  throw new Error(`KMS key ${logicalId}: ${v.getDotPath(parsed.issues[0])} is not known here`);
}
