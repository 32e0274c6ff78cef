/** KMS: wraps and unwraps keys. The encryption context names purpose and number; IAM allows each function its purposes. */
import {
  DecryptCommand,
  EncryptCommand,
  GenerateDataKeyWithoutPlaintextCommand,
  type KMSClient,
} from '@aws-sdk/client-kms';
import { AuthError } from '../domain/auth-error.ts';
import type { DataKeyPurpose, KeyWrapper } from '../domain/key-ring.ts';
import { orUnavailable } from './or-unavailable.ts';

export type WrappedPurpose = DataKeyPurpose | 'signing';

export type UnwrapKey = (purpose: WrappedPurpose, number: number, wrapped: Uint8Array) => Promise<Buffer>;

const contextOf = (purpose: WrappedPurpose, number: number) => ({ purpose, number: String(number) });

export function createKmsKeyWrapper(client: KMSClient, kmsKeyId: string): KeyWrapper {
  return {
    async wrapPrivateKey(number, pkcs8) {
      const encrypt = new EncryptCommand({
        KeyId: kmsKeyId,
        Plaintext: pkcs8,
        EncryptionContext: contextOf('signing', number),
      });
      return present((await orUnavailable('KMS', client.send(encrypt))).CiphertextBlob);
    },
    async makeDataKey(purpose, number) {
      const generate = new GenerateDataKeyWithoutPlaintextCommand({
        KeyId: kmsKeyId,
        KeySpec: 'AES_256',
        EncryptionContext: contextOf(purpose, number),
      });
      return present((await orUnavailable('KMS', client.send(generate))).CiphertextBlob);
    },
  };
}

export function createKmsUnwrap(client: KMSClient, kmsKeyId: string): UnwrapKey {
  return async (purpose, number, wrapped) => {
    const decrypt = new DecryptCommand({
      KeyId: kmsKeyId,
      CiphertextBlob: wrapped,
      EncryptionContext: contextOf(purpose, number),
    });
    return Buffer.from(present((await orUnavailable('KMS', client.send(decrypt))).Plaintext));
  };
}

function present(bytes: Uint8Array | undefined): Uint8Array {
  if (!bytes) throw new AuthError('temporarily_unavailable', 'KMS answered without a key');
  return bytes;
}
