/**
 * The policy on a KMS key. Only one is understood: the key leaves the decision to the account's own policies, as CDK
 * writes it. Further Allow statements open the key to more callers than that and are not needed here.
 */
import * as v from 'valibot';

const oneOrMore = v.union([v.string(), v.array(v.string())]);

const keyPolicySchema = v.object({
  Statement: v.array(
    v.looseObject({
      Effect: v.picklist(['Allow', 'Deny']),
      Principal: v.optional(v.union([v.literal('*'), v.object({ AWS: v.optional(oneOrMore) })])),
      Action: v.optional(oneOrMore),
      Condition: v.optional(v.unknown()),
    }),
  ),
});

/** @throws Error when the policy denies something, or does not leave the decision to the policies of `accountId`. */
export function requireAccountDelegation(keyId: string, policy: unknown, accountId: string): void {
  const parsed = v.safeParse(keyPolicySchema, policy);
  if (!parsed.success) throw new Error(`KMS key ${keyId}: its policy cannot be read`);
  const { Statement: statements } = parsed.output;
  if (statements.some(({ Effect }) => Effect === 'Deny')) {
    throw new Error(`KMS key ${keyId}: a Deny in a key's policy is not evaluated here`);
  }
  const root = `arn:aws:iam::${accountId}:root`;
  const delegates = statements.some(
    ({ Principal, Action, Condition }) =>
      typeof Principal === 'object' &&
      [Principal.AWS].flat().includes(root) &&
      [Action].flat().includes('kms:*') &&
      Condition === undefined,
  );
  if (!delegates) throw new Error(`KMS key ${keyId}: its policy does not leave the decision to IAM (${root}, kms:*)`);
}
