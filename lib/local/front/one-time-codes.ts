/** Authorization codes: ten minutes, one use, whatever comes of it. */
import { createHash } from 'node:crypto';

const lifetimeMs = 10 * 60_000;

export class OneTimeCodes<Grant> {
  readonly #now: () => Date;
  readonly #codes = new Map<string, { readonly grant: Grant; readonly expiresAt: number }>();

  constructor(now: () => Date) {
    this.#now = now;
  }

  keep(code: string, grant: Grant): string {
    this.#codes.set(code, { grant, expiresAt: this.#now().getTime() + lifetimeMs });
    return code;
  }

  /** `undefined` when the code is unknown, used or expired. */
  take(code: string): Grant | undefined {
    const entry = this.#codes.get(code);
    this.#codes.delete(code);
    return entry !== undefined && entry.expiresAt > this.#now().getTime() ? entry.grant : undefined;
  }
}

/** RFC 7636 §4.6: without a challenge there must be no verifier either. */
export function isVerifierOf(codeVerifier: string | undefined, codeChallenge: string | undefined): boolean {
  if (codeVerifier === undefined || codeChallenge === undefined) return codeVerifier === codeChallenge;
  return createHash('sha256').update(codeVerifier).digest('base64url') === codeChallenge;
}

export function isS256Challenge(codeChallenge: string): boolean {
  return /^[A-Za-z0-9_-]{43}$/.test(codeChallenge);
}
