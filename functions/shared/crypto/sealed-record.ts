/**
 * Records that are kept for long: AES-256-GCM under HKDF-SHA-256 (RFC 5869) of a data key and a salt of the record's own, so
 * that no number of records under one key wears it out. `salt | nonce | ciphertext | tag`.
 */
import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';

const saltBytes = 32;
const nonceBytes = 12;
const tagBytes = 16;

export const recordOverheadBytes = saltBytes + nonceBytes + tagBytes;

/** @param binding what the record is bound to without holding it; each part counts for itself, whatever it contains. */
export function sealRecord(plaintext: Uint8Array, dataKey: Uint8Array, binding: readonly string[]): Buffer {
  const salt = randomBytes(saltBytes);
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv('aes-256-gcm', keyOf(dataKey, salt), nonce, { authTagLength: tagBytes });
  cipher.setAAD(encodeBinding(binding));
  return Buffer.concat([salt, nonce, cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]);
}

/** @returns `undefined` for anything that was not sealed under this key for this binding. */
export function openRecord(record: Uint8Array, dataKey: Uint8Array, binding: readonly string[]): Buffer | undefined {
  if (record.length < recordOverheadBytes) return undefined;
  const nonceAt = saltBytes;
  const ciphertextAt = nonceAt + nonceBytes;
  const tagAt = record.length - tagBytes;
  const key = keyOf(dataKey, record.subarray(0, nonceAt));
  const nonce = record.subarray(nonceAt, ciphertextAt);
  const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: tagBytes });
  decipher.setAAD(encodeBinding(binding));
  decipher.setAuthTag(record.subarray(tagAt));
  try {
    return Buffer.concat([decipher.update(record.subarray(ciphertextAt, tagAt)), decipher.final()]);
  } catch {
    return undefined;
  }
}

function keyOf(dataKey: Uint8Array, salt: Uint8Array): Buffer {
  return Buffer.from(hkdfSync('sha256', dataKey, salt, 'gatehouse/sealed-record/v1', 32));
}

/** Each part with its length before it: `ab`, `c` and `a`, `bc` are two bindings. */
function encodeBinding(parts: readonly string[]): Buffer {
  return Buffer.concat(
    parts.flatMap((part) => {
      const bytes = Buffer.from(part);
      const length = Buffer.alloc(4);
      length.writeUInt32BE(bytes.length);
      return [length, bytes];
    }),
  );
}
