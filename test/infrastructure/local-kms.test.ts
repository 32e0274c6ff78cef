/** The local KMS: real encryption under keys of the templates, bound to an encryption context that IAM can read. */
import { isDeepStrictEqual } from 'node:util';
import {
  DecryptCommand,
  DescribeKeyCommand,
  DisabledException,
  EncryptCommand,
  GenerateDataKeyCommand,
  GenerateDataKeyWithoutPlaintextCommand,
  IncorrectKeyException,
  InvalidCiphertextException,
  KMSClient,
  NotFoundException,
  ReEncryptCommand,
} from '@aws-sdk/client-kms';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { open, seal } from '../../lib/local/aws/kms-ciphertext.ts';
import { allow, functionThatMay, startLocalAws } from './local-aws.ts';

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
const keys = {
  Tokens: { Type: 'AWS::KMS::Key', Properties: { KeyPolicy, EnableKeyRotation: true } },
  Signing: { Type: 'AWS::KMS::Key', Properties: { KeyPolicy } },
  Off: { Type: 'AWS::KMS::Key', Properties: { KeyPolicy, Enabled: false } },
  Alias: {
    Type: 'AWS::KMS::Alias',
    Properties: { AliasName: 'alias/tokens', TargetKeyId: { 'Fn::GetAtt': ['Tokens', 'Arn'] } },
  },
  SigningAlias: {
    Type: 'AWS::KMS::Alias',
    Properties: { AliasName: 'alias/signing', TargetKeyId: { Ref: 'Signing' } },
  },
  OffAlias: { Type: 'AWS::KMS::Alias', Properties: { AliasName: 'alias/off', TargetKeyId: { Ref: 'Off' } } },
};
const KeyId = 'alias/tokens';
const Plaintext = Buffer.from('refresh token');
const EncryptionContext = { purpose: 'module-tokens:gmail', stage: 'local' };

async function operate() {
  const aws = await startLocalAws(keys);
  return new KMSClient(aws.asOperator());
}

describe('the local KMS', () => {
  it('decrypts what it encrypted', async () => {
    const kms = await operate();
    const { CiphertextBlob, KeyId: arn } = await kms.send(new EncryptCommand({ KeyId, Plaintext, EncryptionContext }));
    expect(Buffer.from(CiphertextBlob ?? []).includes(Plaintext)).toBe(false);
    const decrypted = await kms.send(new DecryptCommand({ CiphertextBlob, EncryptionContext }));
    expect(Buffer.from(decrypted.Plaintext ?? [])).toEqual(Plaintext);
    expect(decrypted.KeyId).toBe(arn);
    expect(arn).toMatch(/^arn:aws:kms:us-east-1:000000000000:key\/[0-9a-f-]{36}$/);
  });

  it('gives a data key in clear and wrapped, or wrapped only', async () => {
    const kms = await operate();
    const input = { KeyId, EncryptionContext, KeySpec: 'AES_256' } as const;
    const { Plaintext: dataKey, CiphertextBlob } = await kms.send(new GenerateDataKeyCommand(input));
    expect(dataKey).toHaveLength(32);
    expect((await kms.send(new DecryptCommand({ CiphertextBlob, EncryptionContext }))).Plaintext).toEqual(dataKey);

    const wrapped = await kms.send(new GenerateDataKeyWithoutPlaintextCommand(input));
    expect(wrapped).not.toHaveProperty('Plaintext');
    const unwrap = new DecryptCommand({ CiphertextBlob: wrapped.CiphertextBlob, EncryptionContext });
    expect((await kms.send(unwrap)).Plaintext).toHaveLength(32);
  });

  it.each([
    [{ KeySpec: 'AES_128' } as const, 16],
    [{ NumberOfBytes: 64 }, 64],
  ])('gives a data key of %j', async (size, length) => {
    const kms = await operate();
    expect((await kms.send(new GenerateDataKeyCommand({ KeyId, ...size }))).Plaintext).toHaveLength(length);
  });

  it('gives no data key of no size', async () => {
    const kms = await operate();
    await expect(kms.send(new GenerateDataKeyCommand({ KeyId }))).rejects.toMatchObject({
      name: 'ValidationException',
    });
  });

  it.each([
    ['without it', undefined],
    ['with another purpose', { ...EncryptionContext, purpose: 'module-tokens:github' }],
    ['with a pair less', { purpose: 'module-tokens:gmail' }],
    ['with a pair more', { ...EncryptionContext, user: 'x' }],
    ['with a pair that hides in an object', { ...EncryptionContext, constructor: 'x' }],
    ['in other letters', { purpose: 'module-tokens:gmail', Stage: 'local' }],
  ])('decrypts nothing %s', async (_what, other: Record<string, string> | undefined) => {
    const kms = await operate();
    const { CiphertextBlob } = await kms.send(new EncryptCommand({ KeyId, Plaintext, EncryptionContext }));
    const decrypt = new DecryptCommand({ CiphertextBlob, EncryptionContext: other });
    await expect(kms.send(decrypt)).rejects.toBeInstanceOf(InvalidCiphertextException);
  });

  it('does not mind the order of the context', async () => {
    const kms = await operate();
    const { CiphertextBlob } = await kms.send(new EncryptCommand({ KeyId, Plaintext, EncryptionContext }));
    const reversed = Object.fromEntries(Object.entries(EncryptionContext).toReversed());
    const { Plaintext: opened } = await kms.send(new DecryptCommand({ CiphertextBlob, EncryptionContext: reversed }));
    expect(Buffer.from(opened ?? [])).toEqual(Plaintext);
  });

  it('decrypts nothing that was changed, cut or made up', async () => {
    const kms = await operate();
    const { CiphertextBlob = new Uint8Array() } = await kms.send(new EncryptCommand({ KeyId, Plaintext }));
    const blobs = [CiphertextBlob.slice(0, -1), CiphertextBlob.slice(0, 20), Buffer.from('made up'), Buffer.alloc(100)];
    for (let at = 0; at < CiphertextBlob.length; at += 7) {
      blobs.push(CiphertextBlob.map((byte, index) => (index === at ? byte ^ 1 : byte)));
    }
    for (const blob of blobs) {
      const decrypting = kms.send(new DecryptCommand({ CiphertextBlob: blob }));
      await expect(decrypting).rejects.toBeInstanceOf(InvalidCiphertextException);
    }
  });

  it('decrypts nothing of another start: keys stay in the process', async () => {
    const { CiphertextBlob } = await (await operate()).send(new EncryptCommand({ KeyId, Plaintext }));
    const decrypting = (await operate()).send(new DecryptCommand({ CiphertextBlob }));
    await expect(decrypting).rejects.toBeInstanceOf(InvalidCiphertextException);
  });

  it('decrypts under the key that is named, and no other', async () => {
    const kms = await operate();
    const { CiphertextBlob } = await kms.send(new EncryptCommand({ KeyId, Plaintext }));
    await kms.send(new DecryptCommand({ CiphertextBlob, KeyId }));
    const other = new DecryptCommand({ CiphertextBlob, KeyId: 'alias/signing' });
    await expect(kms.send(other)).rejects.toBeInstanceOf(IncorrectKeyException);
  });

  it('re-encrypts under another key and context', async () => {
    const kms = await operate();
    const { CiphertextBlob, KeyId: from } = await kms.send(new EncryptCommand({ KeyId, Plaintext, EncryptionContext }));
    const moved = await kms.send(
      new ReEncryptCommand({
        CiphertextBlob,
        SourceEncryptionContext: EncryptionContext,
        DestinationKeyId: 'alias/signing',
        DestinationEncryptionContext: { purpose: 'b' },
      }),
    );
    expect(moved.SourceKeyId).toBe(from);
    const decrypt = new DecryptCommand({ CiphertextBlob: moved.CiphertextBlob, EncryptionContext: { purpose: 'b' } });
    const { Plaintext: opened, KeyId: to } = await kms.send(decrypt);
    expect(Buffer.from(opened ?? [])).toEqual(Plaintext);
    expect(to).not.toBe(from);
  });

  it('finds a key by its id, its ARN, an alias and the ARN of that', async () => {
    const kms = await operate();
    const { KeyMetadata } = await kms.send(new DescribeKeyCommand({ KeyId }));
    expect(KeyMetadata).toMatchObject({ Enabled: true, KeySpec: 'SYMMETRIC_DEFAULT' });
    for (const name of [KeyMetadata?.KeyId, KeyMetadata?.Arn, 'arn:aws:kms:us-east-1:000000000000:alias/tokens']) {
      await kms.send(new EncryptCommand({ KeyId: name, Plaintext }));
    }
  });

  it('knows no other key', async () => {
    const kms = await operate();
    const encrypt = new EncryptCommand({ KeyId: 'alias/nothing', Plaintext });
    await expect(kms.send(encrypt)).rejects.toBeInstanceOf(NotFoundException);
  });

  it('uses no key that is disabled', async () => {
    const kms = await operate();
    expect((await kms.send(new DescribeKeyCommand({ KeyId: 'alias/off' }))).KeyMetadata?.KeyState).toBe('Disabled');
    const generate = new GenerateDataKeyCommand({ KeyId: 'alias/off', KeySpec: 'AES_256' });
    await expect(kms.send(generate)).rejects.toBeInstanceOf(DisabledException);
  });

  it.each([
    ['more than 4,096 bytes', { Plaintext: Buffer.alloc(4097) }],
    ['no bytes', { Plaintext: Buffer.alloc(0) }],
    ['with another algorithm', { Plaintext, EncryptionAlgorithm: 'RSAES_OAEP_SHA_256' } as const],
  ])('does not encrypt %s', async (_what, input) => {
    const kms = await operate();
    await expect(kms.send(new EncryptCommand({ KeyId, ...input }))).rejects.toMatchObject({
      name: 'ValidationException',
    });
  });

  it.each([
    ['is not symmetric', { Key: { Type: 'AWS::KMS::Key', Properties: { KeyPolicy, KeySpec: 'RSA_2048' } } }, 'KeySpec'],
    [
      'keeps the decision to itself',
      { Key: { Type: 'AWS::KMS::Key', Properties: { KeyPolicy: { Statement: [] } } } },
      'does not leave the decision to IAM',
    ],
    [
      'is not there for its alias',
      { Alias: { Type: 'AWS::KMS::Alias', Properties: { AliasName: 'alias/a', TargetKeyId: 'x' } } },
      'alias/a is the alias of no key',
    ],
  ])('refuses to start with a key that %s', async (_what, resources, message) => {
    await expect(startLocalAws(resources)).rejects.toThrow(message);
  });
});

describe('what a request to KMS needs', () => {
  const tokens = { 'Fn::GetAtt': ['Tokens', 'Arn'] };
  const gmailOnly = {
    StringEquals: { 'kms:EncryptionContext:purpose': 'module-tokens:gmail' },
    'ForAllValues:StringEquals': { 'kms:EncryptionContextKeys': ['purpose', 'stage'] },
  };

  it('is a purpose that the caller was given, in the encryption context', async () => {
    const aws = await startLocalAws({
      ...keys,
      ...functionThatMay(
        'gmail',
        allow('kms:GenerateDataKey', tokens, gmailOnly),
        allow('kms:Decrypt', tokens, gmailOnly),
      ),
    });
    const kms = new KMSClient(aws.as('gmail'));
    const generate = (context?: Record<string, string>) =>
      kms.send(new GenerateDataKeyCommand({ KeyId, KeySpec: 'AES_256', EncryptionContext: context }));
    const { CiphertextBlob } = await generate(EncryptionContext);
    await kms.send(new DecryptCommand({ CiphertextBlob, EncryptionContext }));

    const refusal = { name: 'AccessDeniedException', message: expect.stringContaining('kms:GenerateDataKey') };
    await expect(generate({ purpose: 'module-tokens:github' })).rejects.toMatchObject(refusal);
    await expect(generate({ ...EncryptionContext, more: 'x' })).rejects.toMatchObject(refusal);
    await expect(generate()).rejects.toMatchObject(refusal);
  });

  it('is the right to leave one key and to enter the other', async () => {
    const to = (...actions: readonly string[]) => actions.map((action) => allow(`kms:${action}`, '*'));
    const aws = await startLocalAws({
      ...keys,
      ...functionThatMay('half', ...to('Encrypt', 'ReEncryptFrom')),
      ...functionThatMay('whole', ...to('ReEncryptFrom', 'ReEncryptTo')),
    });
    const { CiphertextBlob } = await new KMSClient(aws.as('half')).send(new EncryptCommand({ KeyId, Plaintext }));
    const move = new ReEncryptCommand({ CiphertextBlob, DestinationKeyId: 'alias/signing' });
    await expect(new KMSClient(aws.as('half')).send(move)).rejects.toThrow('kms:ReEncryptTo');
    await new KMSClient(aws.as('whole')).send(move);
  });
});

describe('seal()', () => {
  const keyId = '00000000-0000-4000-8000-000000000001';
  const key = Buffer.alloc(32, 7);
  const bytes = fc.uint8Array({ maxLength: 50 }).map((array) => Buffer.from(array));
  const context = fc.dictionary(fc.string({ maxLength: 3 }), fc.string({ maxLength: 3 }), { maxKeys: 3 });

  it('is undone by open() with the same context', () => {
    fc.assert(
      fc.property(bytes, context, (plaintext, pairs) => {
        expect(open(key, seal(keyId, key, plaintext, pairs), pairs)).toEqual(plaintext);
      }),
    );
  });

  it('is undone with no other context', () => {
    fc.assert(
      fc.property(context, context, (sealed, given) => {
        fc.pre(!isDeepStrictEqual({ ...sealed }, { ...given }));
        expect(() => open(key, seal(keyId, key, Plaintext, sealed), given)).toThrow();
      }),
    );
  });

  it('never gives the same blob twice', () => {
    expect(seal(keyId, key, Plaintext, {})).not.toEqual(seal(keyId, key, Plaintext, {}));
  });
});
