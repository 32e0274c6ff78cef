/** Authorization codes: ten minutes, one use, bound to their client and PKCE challenge. */
import { createHash, timingSafeEqual } from 'node:crypto';
import { newUlid } from './ids.ts';
import { Refusal } from '../front/refusal.ts';
import { invalidGrant, oauthRefusal } from './refusals.ts';
import type { OauthTokens } from './context.ts';
import type { SignIn } from './sessions.ts';

/** What a code stands for; the application adds address and user agent when it redeems it. */
export interface CodeGrant extends Omit<SignIn, 'ipAddress' | 'userAgent'> {
  /** Base64url SHA-256 of the verifier (RFC 7636 §4.2), if the authorization request carried one. */
  readonly codeChallenge: string | undefined;
  /** The provider's own, for the application. */
  readonly oauthTokens?: OauthTokens | undefined;
}

const lifetimeMs = 10 * 60_000;

export class AuthorizationCodes {
  readonly #now: () => Date;
  readonly #codes = new Map<string, { readonly grant: CodeGrant; readonly expiresAt: number }>();

  constructor(now: () => Date) {
    this.#now = now;
  }

  issue(grant: CodeGrant): string {
    const code = newUlid();
    this.#codes.set(code, { grant, expiresAt: this.#now().getTime() + lifetimeMs });
    return code;
  }

  /**
   * Consumes the code, whatever comes of it: a wrong verifier burns it too.
   * @throws Refusal when the code is unknown, used or expired, or the verifier is missing, wrong or one too many.
   */
  redeem(code: string, codeVerifier: string | undefined): CodeGrant {
    const entry = this.#codes.get(code);
    this.#codes.delete(code);
    if (entry === undefined || entry.expiresAt <= this.#now().getTime()) {
      throw invalidGrant(`The code '${code}' has expired or is invalid.`);
    }
    const { codeChallenge } = entry.grant;
    if (codeChallenge === undefined) {
      if (codeVerifier === undefined) return entry.grant;
      throw new Refusal(400, { code: 'code_challenge_not_found', message: 'The authorization had no code challenge.' });
    }
    if (codeVerifier === undefined) throw oauthRefusal('invalid_request', 'code_verifier is required.');
    const computed = createHash('sha256').update(codeVerifier).digest();
    const expected = Buffer.from(codeChallenge, 'base64url');
    if (expected.length !== computed.length || !timingSafeEqual(expected, computed)) {
      throw invalidGrant('Invalid code verifier.');
    }
    return entry.grant;
  }
}
