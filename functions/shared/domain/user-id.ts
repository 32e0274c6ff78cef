/** Our own user id: derived, so that finding and creating a user is one idempotent write without an index. */
import { createHash } from 'node:crypto';

/** `usr_` and 32 hex digits: 128 bits of SHA-256 over the WorkOS user id. */
export function deriveUserId(workosUserId: string): string {
  return `usr_${createHash('sha256').update(`gatehouse:user:${workosUserId}`).digest('hex').slice(0, 32)}`;
}

/** 32 hex digits of SHA-256 over the WorkOS session id, which itself stays inside the cookie and at WorkOS. */
export function deriveSessionId(workosSessionId: string): string {
  return createHash('sha256').update(`gatehouse:session:${workosSessionId}`).digest('hex').slice(0, 32);
}
