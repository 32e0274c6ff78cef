/** What one request leaves for others that carry the same old refresh token: nobody else, the table's reader included, can open it. */
import { createHash } from 'node:crypto';
import { deriveBoxKey, openBox, sealBox } from './sealed-box.ts';

const purpose = 'refresh-successor';

/** Tells tokens apart on the session's row. Refresh tokens are long and random, so a plain hash gives nothing away. */
export function hashRefreshToken(refreshToken: string): string {
  return createHash('sha256').update(`gatehouse:refresh-token:${refreshToken}`).digest('hex');
}

/** @param context the session it belongs to. */
export function sealSuccessor(text: string, refreshToken: string, context: string): string {
  return sealBox(Buffer.from(text), deriveBoxKey(refreshToken, purpose, ''), context);
}

export function openSuccessor(successor: string, refreshToken: string, context: string): string | undefined {
  return openBox(successor, deriveBoxKey(refreshToken, purpose, ''), context)?.toString();
}
