/** Ids and secrets that look like WorkOS's. */
import { randomBytes } from 'node:crypto';

const crockford = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** A ULID's 26 characters, but random throughout: nothing here sorts by id. */
export function newUlid(): string {
  return `01${Array.from(randomBytes(24), (byte) => crockford[byte % 32]).join('')}`;
}

export function newId(prefix: string): string {
  return `${prefix}_${newUlid()}`;
}

/** 25 characters, as WorkOS's refresh tokens have. */
export function newRefreshToken(): string {
  return randomBytes(19).toString('base64url').slice(0, 25);
}
