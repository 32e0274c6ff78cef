/**
 * Refresh tokens of native sessions: base64url of
 *
 *     version (1) · length of the key's id (1) · the key's id · session id (16) · counter (4) · family secret (16) · MAC (16)
 *
 * The MAC is HMAC-SHA-256, cut to 128 bits, over everything before it: a guess is refused without a look at any row. A
 * token's successor is the same with the next counter, so it is computed and stored nowhere. The row has the family secret's
 * hash only: whoever reads the tables can make no token, and neither can who holds the key without the secret.
 */
import { createHash, createHmac, hkdfSync, randomBytes, timingSafeEqual } from 'node:crypto';
import type { DataKey, DataKeys } from './key-ring.ts';

export interface RefreshToken {
  readonly sessionId: string;
  /** 0 for the first one of a family. */
  readonly counter: number;
  /** 128 random bits that all tokens of a family share. */
  readonly familySecret: Buffer;
}

const version = 1;
const sessionIdBytes = 16;
const counterBytes = 4;
const familySecretBytes = 16;
const macBytes = 16;
const fixedBytes = 2 + sessionIdBytes + counterBytes + familySecretBytes + macBytes;
/** With the longest id that a key may have. */
const maxTokenLength = Math.ceil(((fixedBytes + 255) * 4) / 3);

/** The first token of a family that nobody has seen before. */
export function startFamily(): RefreshToken {
  return {
    sessionId: randomBytes(sessionIdBytes).toString('hex'),
    counter: 0,
    familySecret: randomBytes(familySecretBytes),
  };
}

export function successorOf(token: RefreshToken): RefreshToken {
  return { ...token, counter: token.counter + 1 };
}

/** As the session's row has it: 128 random bits need no slow hash. */
export function hashFamily({ familySecret }: RefreshToken): string {
  return createHash('sha256').update('gatehouse:refresh-family:').update(familySecret).digest('hex');
}

export function writeRefreshToken({ sessionId, counter, familySecret }: RefreshToken, key: DataKey): string {
  const keyId = Buffer.from(key.keyId);
  const content = Buffer.concat([
    Buffer.from([version, keyId.length]),
    keyId,
    Buffer.from(sessionId, 'hex'),
    Buffer.alloc(counterBytes),
    familySecret,
  ]);
  content.writeUInt32BE(counter, 2 + keyId.length + sessionIdBytes);
  return Buffer.concat([content, macOf(content, key)]).toString('base64url');
}

/**
 * @returns `undefined` for any text that was not made here, by a key that is still kept.
 * @throws AuthError `temporarily_unavailable` when the keys cannot be read.
 */
export async function readRefreshToken(text: string, keys: Pick<DataKeys, 'byId'>): Promise<RefreshToken | undefined> {
  if (text.length > maxTokenLength) return undefined;
  const bytes = Buffer.from(text, 'base64url');
  // One token, one text: padding, the other alphabet and spare bits would make more of it.
  if (bytes.toString('base64url') !== text || bytes[0] !== version) return undefined;
  const keyIdBytes = bytes[1] ?? 0;
  if (bytes.length !== fixedBytes + keyIdBytes) return undefined;

  const key = await keys.byId(bytes.subarray(2, 2 + keyIdBytes).toString());
  const content = bytes.subarray(0, -macBytes);
  if (!key || !timingSafeEqual(macOf(content, key), bytes.subarray(-macBytes))) return undefined;

  const session = content.subarray(2 + keyIdBytes);
  return {
    sessionId: session.subarray(0, sessionIdBytes).toString('hex'),
    counter: session.readUInt32BE(sessionIdBytes),
    familySecret: session.subarray(sessionIdBytes + counterBytes),
  };
}

function macOf(content: Buffer, key: DataKey): Buffer {
  // Derived, so that a data key's other uses, should it ever get one, have nothing to do with this one.
  const macKey = Buffer.from(hkdfSync('sha256', key.bytes, '', 'gatehouse/refresh-token/mac/v1', 32));
  return createHmac('sha256', macKey).update(content).digest().subarray(0, macBytes);
}
