/**
 * Small secrets that travel through a browser: AES-256-GCM under a key that belongs to one purpose and one stage.
 * A box opens only with the same purpose, stage and context; a session's seal is never one of these, and none of these is a session.
 */
import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';

const nonceBytes = 12;
const tagBytes = 16;
const base64url = /^[\w-]+$/;

/** Bytes that sealing adds before base64url makes four characters of three bytes. */
export const boxOverheadBytes = nonceBytes + tagBytes;

export interface BoxKey {
  readonly encryption: Buffer;
  /** For identifiers that must be recognised as ours without a box: see `LoginTransaction.state`. */
  readonly authentication: Buffer;
}

/** HKDF-SHA-256 (RFC 5869) over the password; `purpose` and `stage` keep one password's uses apart. */
export function deriveBoxKey(password: string, purpose: string, stage: string): BoxKey {
  const derived = Buffer.from(hkdfSync('sha256', password, '', `gatehouse/${stage}/${purpose}/v1`, 64));
  return { encryption: derived.subarray(0, 32), authentication: derived.subarray(32) };
}

/** @param context what the box is bound to without holding it, such as the name of its cookie. */
export function sealBox(plaintext: Uint8Array, key: BoxKey, context: string): string {
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv('aes-256-gcm', key.encryption, nonce).setAAD(Buffer.from(context));
  return Buffer.concat([nonce, cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]).toString('base64url');
}

/** @returns the bytes, or `undefined` for anything that was not sealed by this key for this context. */
export function openBox(box: string, key: BoxKey, context: string): Buffer | undefined {
  if (!base64url.test(box)) return undefined;
  const bytes = Buffer.from(box, 'base64url');
  if (bytes.length < boxOverheadBytes) return undefined;
  // The last character of unpadded base64url has bits to spare: without this, two texts would be one box.
  if (bytes.toString('base64url') !== box) return undefined;
  const decipher = createDecipheriv('aes-256-gcm', key.encryption, bytes.subarray(0, nonceBytes), {
    authTagLength: tagBytes,
  });
  decipher.setAAD(Buffer.from(context));
  decipher.setAuthTag(bytes.subarray(-tagBytes));
  try {
    return Buffer.concat([decipher.update(bytes.subarray(nonceBytes, -tagBytes)), decipher.final()]);
  } catch {
    return undefined;
  }
}
