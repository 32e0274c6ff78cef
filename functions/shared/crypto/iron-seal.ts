/**
 * WorkOS's session seal: iron `Fe26.2` (AES-256-CBC, HMAC-SHA-256, PBKDF2-SHA-1 with one iteration), password id `1`,
 * no expiry, and WorkOS's own suffix `~2`. Any AuthKit SDK that has the password opens what is sealed here.
 *
 * On node:crypto, because it is on the path of every request: see docs/decisions/002-the-session-seal-on-node-crypto.md for the gain and
 * test/shared/crypto/iron-seal.test.ts for the equality with the SDK and @workos/authkit-session.
 */
import { createCipheriv, createDecipheriv, createHmac, pbkdf2Sync, randomBytes, timingSafeEqual } from 'node:crypto';

const prefix = 'Fe26.2';
const passwordId = '1';
const version = '~2';
const saltBytes = 32;
const ivBytes = 16;
const keyBytes = 32;
const base64url = /^[\w-]*$/;

/** Iron derives a key from the password and a salt that travels as hex text, once for each of its two keys. */
const deriveKey = (password: string, salt: string): Buffer => pbkdf2Sync(password, salt, 1, keyBytes, 'sha1');

/** Seals any text; sealing JSON is the caller's business. The result holds only URL-safe characters, `*` and `~`. */
export function sealIron(text: string, password: string): string {
  const encryptionSalt = randomBytes(saltBytes).toString('hex');
  const iv = randomBytes(ivBytes);
  const cipher = createCipheriv('aes-256-cbc', deriveKey(password, encryptionSalt), iv);
  const encrypted = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
  const macBase = `${prefix}*${passwordId}*${encryptionSalt}*${iv.toString('base64url')}*${encrypted.toString('base64url')}*`;
  const integritySalt = randomBytes(saltBytes).toString('hex');
  const mac = createHmac('sha256', deriveKey(password, integritySalt)).update(macBase).digest('base64url');
  return `${macBase}*${integritySalt}*${mac}${version}`;
}

/** Whether a text has the form of a seal, by whatever password. */
export function isIronSeal(text: string): boolean {
  return text.startsWith(`${prefix}*${passwordId}*`) && text.endsWith(version);
}

/**
 * Opens a seal with the first of the passwords that fits.
 * @returns the text, or `undefined` when this is no seal of ours: malformed, tampered with, or by another password.
 */
export function unsealIron(seal: string, passwords: readonly string[]): string | undefined {
  if (!seal.endsWith(version)) return undefined;
  const parts = seal.slice(0, -version.length).split('*');
  const [head, id, encryptionSalt, iv, encrypted, expiration, integritySalt, mac] = parts;
  if (parts.length !== 8 || head !== prefix || id !== passwordId || expiration !== '') return undefined;
  if (!encryptionSalt || !iv || !encrypted || !integritySalt || !mac) return undefined;
  // Buffer.from skips what is not base64, so that two texts could stand for one seal.
  if (!base64url.test(iv) || !base64url.test(encrypted) || !base64url.test(mac)) return undefined;

  const macBase = `${prefix}*${id}*${encryptionSalt}*${iv}*${encrypted}*`;
  const givenMac = Buffer.from(mac, 'base64url');
  for (const password of passwords) {
    const ownMac = createHmac('sha256', deriveKey(password, integritySalt)).update(macBase).digest();
    if (givenMac.length !== ownMac.length || !timingSafeEqual(givenMac, ownMac)) continue;
    return decrypt(deriveKey(password, encryptionSalt), Buffer.from(iv, 'base64url'), encrypted);
  }
  return undefined;
}

function decrypt(key: Buffer, iv: Buffer, encrypted: string): string | undefined {
  if (iv.length !== ivBytes) return undefined;
  try {
    const decipher = createDecipheriv('aes-256-cbc', key, iv);
    return decipher.update(encrypted, 'base64url', 'utf8') + decipher.final('utf8');
  } catch {
    // Reached only by someone who has the password and sealed something that is no AES-CBC.
    return undefined;
  }
}
