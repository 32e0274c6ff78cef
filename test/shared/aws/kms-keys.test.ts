/** Wrapping and unwrapping keys, by a KMS that holds encryption contexts to what was wrapped, and IAM to purposes. */
import { randomBytes } from 'node:crypto';
import { KMSClient } from '@aws-sdk/client-kms';
import { describe, expect, it } from 'vitest';
import { createKmsKeyWrapper, createKmsUnwrap } from '../../../functions/shared/aws/kms-keys.ts';
import { makeSigningKeyPair } from '../../../functions/shared/domain/signing-key-pair.ts';
import { allow, functionThatMay, startLocalAws } from '../../infrastructure/local-aws.ts';

const KeyPolicy = {
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Action: 'kms:*',
      Resource: '*',
      Principal: { AWS: { 'Fn::Sub': 'arn:${AWS::Partition}:iam::${AWS::AccountId}:root' } },
    },
  ],
};
const keyArn = { 'Fn::GetAtt': ['Envelope', 'Arn'] };
const kmsKeyId = 'alias/envelope';
const unavailable = { code: 'temporarily_unavailable', cause: expect.any(Error) };

/** `refresher` may unwrap keys of refresh tokens, and no others. */
async function start() {
  const aws = await startLocalAws({
    Envelope: { Type: 'AWS::KMS::Key', Properties: { KeyPolicy } },
    Alias: { Type: 'AWS::KMS::Alias', Properties: { AliasName: kmsKeyId, TargetKeyId: keyArn } },
    ...functionThatMay(
      'refresher',
      allow('kms:Decrypt', keyArn, { StringEquals: { 'kms:EncryptionContext:purpose': ['native-refresh'] } }),
    ),
  });
  const operator = new KMSClient(aws.asOperator());
  return {
    wrapper: createKmsKeyWrapper(operator, kmsKeyId),
    unwrap: createKmsUnwrap(operator, kmsKeyId),
    unwrapAsRefresher: createKmsUnwrap(new KMSClient(aws.as('refresher')), kmsKeyId),
  };
}

describe('createKmsKeyWrapper()', () => {
  it.each(['RS256', 'ES256'] as const)('wraps a private key for %s, which unwraps to the same', async (algorithm) => {
    const { wrapper, unwrap } = await start();
    const { pkcs8 } = makeSigningKeyPair(algorithm);
    const wrapped = await wrapper.wrapPrivateKey(1, pkcs8);
    expect(Buffer.from(wrapped).includes(pkcs8.subarray(-32))).toBe(false);
    expect(await unwrap('signing', 1, wrapped)).toStrictEqual(pkcs8);
  });

  it('makes data keys of 32 bytes, another each time', async () => {
    const { wrapper, unwrap } = await start();
    const keys = await Promise.all(
      [1, 2].map(async (number) =>
        unwrap('native-refresh', number, await wrapper.makeDataKey('native-refresh', number)),
      ),
    );
    expect(keys.map(({ length }) => length)).toStrictEqual([32, 32]);
    expect(keys[0]).not.toStrictEqual(keys[1]);
  });
});

describe('createKmsUnwrap()', () => {
  it('opens no key as one of another purpose or number', async () => {
    const { wrapper, unwrap } = await start();
    const wrapped = await wrapper.makeDataKey('native-refresh', 1);
    await expect(unwrap('native-refresh', 2, wrapped)).rejects.toMatchObject(unavailable);
    await expect(unwrap('signing', 1, wrapped)).rejects.toMatchObject(unavailable);
  });

  it('opens nothing that KMS has not wrapped', async () => {
    const { unwrap } = await start();
    await expect(unwrap('signing', 1, randomBytes(200))).rejects.toMatchObject(unavailable);
  });

  it('opens for a function only what its role names', async () => {
    const { wrapper, unwrapAsRefresher } = await start();
    const dataKey = await wrapper.makeDataKey('native-refresh', 1);
    expect(await unwrapAsRefresher('native-refresh', 1, dataKey)).toHaveLength(32);
    const signingKey = await wrapper.wrapPrivateKey(1, makeSigningKeyPair('ES256').pkcs8);
    await expect(unwrapAsRefresher('signing', 1, signingKey)).rejects.toMatchObject(unavailable);
  });
});
