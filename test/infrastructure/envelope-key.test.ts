/** The KMS key: what it is, and what the grants let a function do with it. */
import { Match } from 'aws-cdk-lib/assertions';
import type { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { describe, expect, it } from 'vitest';
import { EnvelopeKey } from '../../lib/constructs/envelope-key.ts';
import type { Grant } from '../../lib/constructs/grant.ts';
import { build } from './constructs.ts';

/** The grant as the template of a function would have it. */
function granted(give: (key: EnvelopeKey) => Grant): unknown {
  let resolved: unknown;
  build((stack, common) => {
    const { value, statements } = give(new EnvelopeKey(stack, 'Envelope', common));
    const json = (statement: PolicyStatement): unknown => statement.toStatementJson();
    resolved = stack.resolve({ value, statements: statements.map(json) });
  });
  return resolved;
}

const keyArn = { 'Fn::GetAtt': [expect.stringMatching(/^Envelope/), 'Arn'] };

describe('EnvelopeKey', () => {
  it('is rotated by KMS and leaves the decision to IAM', () => {
    const { template, findings } = build((stack, common) => new EnvelopeKey(stack, 'Envelope', common));
    template.hasResourceProperties('AWS::KMS::Key', {
      EnableKeyRotation: true,
      KeyPolicy: {
        Statement: [{ Effect: 'Allow', Action: 'kms:*', Principal: { AWS: Match.anyValue() }, Resource: '*' }],
      },
    });
    template.hasResourceProperties('AWS::KMS::Alias', { AliasName: 'alias/gatehouse-dev' });
    expect(findings).toEqual([]);
  });

  it.each([
    [false, 'Delete'],
    [true, 'Retain'],
  ])('goes with its stack only where data is not retained (%s)', (retainData, policy) => {
    const { template } = build((stack, common) => new EnvelopeKey(stack, 'Envelope', common), { retainData });
    template.hasResource('AWS::KMS::Key', { DeletionPolicy: policy, UpdateReplacePolicy: policy });
  });

  it('lets who uses keys unwrap those of the named purposes', () => {
    expect(granted((key) => key.unwrap('signing'))).toEqual({
      value: keyArn,
      statements: [
        {
          Effect: 'Allow',
          Action: 'kms:Decrypt',
          Resource: keyArn,
          Condition: { StringEquals: { 'kms:EncryptionContext:purpose': ['signing'] } },
        },
      ],
    });
  });

  it('lets who makes keys wrap those of the named purposes, without ever seeing a data key', () => {
    expect(granted((key) => key.wrap('signing', 'native-refresh'))).toEqual({
      value: keyArn,
      statements: [
        {
          Effect: 'Allow',
          Action: ['kms:Encrypt', 'kms:GenerateDataKeyWithoutPlaintext'],
          Resource: keyArn,
          Condition: { StringEquals: { 'kms:EncryptionContext:purpose': ['signing', 'native-refresh'] } },
        },
      ],
    });
  });
});
