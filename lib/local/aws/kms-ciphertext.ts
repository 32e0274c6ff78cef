/**
 * What KMS gives for a plaintext: AES-256-GCM under the key's own bytes, the encryption context authenticated with it.
 * Layout: version 1 (1 byte), key id (36), nonce (12), tag (16), ciphertext.
 */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

export type EncryptionContext = Readonly<Record<string, string>>;

const version = Buffer.of(1);
const keyIdBytes = 36;
const nonceBytes = 12;
const tagBytes = 16;
const headerBytes = version.length + keyIdBytes;

/** @param keyId a UUID as text */
export function seal(keyId: string, key: Buffer, plaintext: Buffer, context: EncryptionContext): Buffer {
  const header = Buffer.concat([version, Buffer.from(keyId)]);
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: tagBytes });
  cipher.setAAD(additionalData(header, context));
  const ciphertext = Buffer.concat([cipher.update(plaintext), cipher.final()]);
  return Buffer.concat([header, nonce, cipher.getAuthTag(), ciphertext]);
}

/** Which key a blob is under; `undefined` when it is none of ours. */
export function keyIdIn(blob: Buffer): string | undefined {
  if (blob.length < headerBytes + nonceBytes + tagBytes || !blob.subarray(0, version.length).equals(version)) {
    return undefined;
  }
  return blob.subarray(version.length, headerBytes).toString();
}

/** @throws Error when the blob was changed, or sealed under another key or context. */
export function open(key: Buffer, blob: Buffer, context: EncryptionContext): Buffer {
  const nonceEnd = headerBytes + nonceBytes;
  const tagEnd = nonceEnd + tagBytes;
  const decipher = createDecipheriv('aes-256-gcm', key, blob.subarray(headerBytes, nonceEnd), {
    authTagLength: tagBytes,
  });
  decipher.setAAD(additionalData(blob.subarray(0, headerBytes), context));
  decipher.setAuthTag(blob.subarray(nonceEnd, tagEnd));
  return Buffer.concat([decipher.update(blob.subarray(tagEnd)), decipher.final()]);
}

/** Sorted, so that the order of the pairs does not matter, and with lengths, so that no two contexts look the same. */
function additionalData(header: Buffer, context: EncryptionContext): Buffer {
  const texts = Object.keys(context)
    .toSorted()
    .flatMap((name) => [name, context[name] ?? '']);
  const fields = texts.map((text) => {
    const bytes = Buffer.from(text);
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.length);
    return Buffer.concat([length, bytes]);
  });
  return Buffer.concat([header, ...fields]);
}
