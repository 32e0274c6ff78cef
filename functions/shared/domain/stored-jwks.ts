/** A copy of WorkOS's signing keys in our own table, so that an instance that starts asks nobody outside for them. */

export interface StoredJwks {
  /** As WorkOS wrote it (RFC 7517). @returns `undefined` where there is none, or it is too old to be trusted with a start. */
  read(now: Date): Promise<string | undefined>;
  write(jwks: string, now: Date): Promise<void>;
}

/** `rotate-keys` looks daily, and may be late. */
export const storedJwksMaxAgeMs = 26 * 3_600_000;
