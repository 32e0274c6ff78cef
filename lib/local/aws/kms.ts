/** KMS: symmetric keys of the templates. Their bytes are random, stay in this process and are new at every start. */
import { randomBytes } from 'node:crypto';
import * as v from 'valibot';
import { recordOf } from '../json-object.ts';
import type { Deployment } from '../template.ts';
import { AwsError, type AwsService, type Permission } from './aws-service.ts';
import { createJsonService, jsonOperation } from './json-service.ts';
import { type EncryptionContext, keyIdIn, open, seal } from './kms-ciphertext.ts';
import { createKmsKeys, type KmsKey } from './kms-keys.ts';

const blob = v.pipe(
  v.string(),
  v.transform((text) => Buffer.from(text, 'base64')),
);
const context = v.optional(recordOf(v.string()), {});
const algorithm = v.optional(v.literal('SYMMETRIC_DEFAULT'));
/** What KMS encrypts directly; more goes under a data key. */
const maxPlaintextBytes = 4096;

const dataKeyInput = v.pipe(
  v.object({
    KeyId: v.string(),
    EncryptionContext: context,
    KeySpec: v.optional(v.picklist(['AES_128', 'AES_256'])),
    NumberOfBytes: v.optional(v.pipe(v.number(), v.minValue(1), v.maxValue(1024))),
  }),
  v.check(
    ({ KeySpec, NumberOfBytes }) => (KeySpec === undefined) !== (NumberOfBytes === undefined),
    'needs either KeySpec or NumberOfBytes',
  ),
);

const encryptInput = v.object({
  KeyId: v.string(),
  EncryptionContext: context,
  EncryptionAlgorithm: algorithm,
  Plaintext: v.pipe(
    blob,
    v.check(({ length }) => length >= 1 && length <= maxPlaintextBytes, `takes 1 to ${maxPlaintextBytes} bytes`),
  ),
});

const decryptInput = v.object({
  CiphertextBlob: blob,
  KeyId: v.optional(v.string()),
  EncryptionContext: context,
  EncryptionAlgorithm: algorithm,
});

const reEncryptInput = v.object({
  CiphertextBlob: blob,
  SourceKeyId: v.optional(v.string()),
  SourceEncryptionContext: context,
  SourceEncryptionAlgorithm: algorithm,
  DestinationKeyId: v.string(),
  DestinationEncryptionContext: context,
  DestinationEncryptionAlgorithm: algorithm,
});

/** @throws Error see `createKmsKeys()` */
export function createKms(deployment: Deployment): AwsService {
  const keys = createKmsKeys(deployment);

  const generateDataKey = (operation: string, isPlaintextGiven: boolean) =>
    jsonOperation(dataKeyInput, ({ KeyId, EncryptionContext, KeySpec, NumberOfBytes }) => {
      const key = keys.find(KeyId);
      return {
        permissions: [permission(operation, key, EncryptionContext)],
        run: () => {
          const dataKey = randomBytes(NumberOfBytes ?? (KeySpec === 'AES_128' ? 16 : 32));
          return {
            KeyId: key.arn,
            CiphertextBlob: encrypt(key, dataKey, EncryptionContext),
            ...(isPlaintextGiven && { Plaintext: dataKey.toString('base64') }),
          };
        },
      };
    });

  return createJsonService('kms', 'TrentService', {
    GenerateDataKey: generateDataKey('GenerateDataKey', true),
    GenerateDataKeyWithoutPlaintext: generateDataKey('GenerateDataKeyWithoutPlaintext', false),

    Encrypt: jsonOperation(encryptInput, ({ KeyId, EncryptionContext, Plaintext }) => {
      const key = keys.find(KeyId);
      return {
        permissions: [permission('Encrypt', key, EncryptionContext)],
        run: () => ({
          KeyId: key.arn,
          CiphertextBlob: encrypt(key, Plaintext, EncryptionContext),
          EncryptionAlgorithm: 'SYMMETRIC_DEFAULT',
        }),
      };
    }),

    Decrypt: jsonOperation(decryptInput, ({ CiphertextBlob, KeyId, EncryptionContext }) => {
      const key = keys.underWhich(keyIdIn(CiphertextBlob), KeyId);
      return {
        permissions: [permission('Decrypt', key, EncryptionContext)],
        run: () => ({
          KeyId: key.arn,
          Plaintext: decrypt(key, CiphertextBlob, EncryptionContext).toString('base64'),
          EncryptionAlgorithm: 'SYMMETRIC_DEFAULT',
        }),
      };
    }),

    ReEncrypt: jsonOperation(reEncryptInput, (input) => {
      const source = keys.underWhich(keyIdIn(input.CiphertextBlob), input.SourceKeyId);
      const destination = keys.find(input.DestinationKeyId);
      return {
        permissions: [
          permission('ReEncryptFrom', source, input.SourceEncryptionContext),
          permission('ReEncryptTo', destination, input.DestinationEncryptionContext),
        ],
        run: () => {
          const plaintext = decrypt(source, input.CiphertextBlob, input.SourceEncryptionContext);
          return {
            SourceKeyId: source.arn,
            KeyId: destination.arn,
            CiphertextBlob: encrypt(destination, plaintext, input.DestinationEncryptionContext),
            SourceEncryptionAlgorithm: 'SYMMETRIC_DEFAULT',
            DestinationEncryptionAlgorithm: 'SYMMETRIC_DEFAULT',
          };
        },
      };
    }),

    DescribeKey: jsonOperation(v.object({ KeyId: v.string() }), ({ KeyId }) => {
      const key = keys.find(KeyId);
      return {
        permissions: [permission('DescribeKey', key, {})],
        run: () => ({
          KeyMetadata: {
            KeyId: key.id,
            Arn: key.arn,
            AWSAccountId: deployment.accountId,
            Enabled: key.isEnabled,
            KeyState: key.isEnabled ? 'Enabled' : 'Disabled',
            KeyUsage: 'ENCRYPT_DECRYPT',
            KeySpec: 'SYMMETRIC_DEFAULT',
            EncryptionAlgorithms: ['SYMMETRIC_DEFAULT'],
            KeyManager: 'CUSTOMER',
            Origin: 'AWS_KMS',
          },
        }),
      };
    }),
  });
}

function permission(operation: string, { arn }: KmsKey, encryptionContext: EncryptionContext): Permission {
  const pairs = Object.entries(encryptionContext);
  return {
    action: `kms:${operation}`,
    resource: arn,
    context: {
      'kms:EncryptionContextKeys': pairs.map(([name]) => name),
      ...Object.fromEntries(pairs.map(([name, value]) => [`kms:EncryptionContext:${name}`, value])),
    },
  };
}

function encrypt(key: KmsKey, plaintext: Buffer, encryptionContext: EncryptionContext): string {
  requireEnabled(key);
  return seal(key.id, key.bytes, plaintext, encryptionContext).toString('base64');
}

function decrypt(key: KmsKey, ciphertext: Buffer, encryptionContext: EncryptionContext): Buffer {
  requireEnabled(key);
  try {
    return open(key.bytes, ciphertext, encryptionContext);
  } catch {
    throw new AwsError('InvalidCiphertextException', 'The ciphertext or its encryption context is not what it was.');
  }
}

function requireEnabled({ arn, isEnabled }: KmsKey): void {
  if (!isEnabled) throw new AwsError('DisabledException', `${arn} is disabled.`);
}
