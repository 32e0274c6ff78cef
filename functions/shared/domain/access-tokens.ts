/** Our JWT access tokens (RFC 9068): what they say, who makes them, and who believes them. */
import type { PublicKey } from './key-ring.ts';

export interface AccessTokenSubject {
  /** `sub`. */
  readonly userId: string;
  /** `client_id`. */
  readonly clientId: string;
  /** `sid`: ours. */
  readonly sessionId: string;
  /** `roles`. */
  readonly roles: readonly string[];
  /** `org_id`. */
  readonly organizationId: string | undefined;
  /** `cnf.jkt` (RFC 9449 §6.1): whoever presents it has to prove that they hold this key. */
  readonly dpopThumbprint: string | undefined;
}

export const accessTokenTtlSeconds = 3600;

export interface IssuedAccessToken {
  /** Compact JWS with `typ: at+jwt`. */
  readonly token: string;
  /** Random; the row in IssuedTokens goes by it. */
  readonly jti: string;
  readonly issuedAt: Date;
  readonly expiresAt: Date;
}

export interface AccessTokenIssuer {
  /** Signs with the key that is in use, and records hash, issue and expiry. @throws AuthError `temporarily_unavailable` */
  issue(subject: AccessTokenSubject, now: Date): Promise<IssuedAccessToken>;
}

export interface VerifiedAccessToken extends AccessTokenSubject {
  readonly jti: string;
  readonly expiresAt: Date;
}

/** Where a verifier looks keys up. */
export interface VerificationKeys {
  /**
   * The published key of this id: never one that a token brings along or points at. The same object as long as it is
   * kept: what a verifier has made of it is kept beside it.
   * @throws AuthError `temporarily_unavailable` while the keys cannot be read.
   */
  keyFor(keyId: string, now: Date): Promise<PublicKey | undefined>;
}

export interface AccessTokenVerifier {
  /**
   * Whether it is ours, for our audience, in time, and of the right type. A bound one still needs its proof.
   * @returns `undefined` for any other text.
   * @throws AuthError `temporarily_unavailable` while there are no keys to verify with.
   */
  verify(token: string, now: Date): Promise<VerifiedAccessToken | undefined>;
}

export interface IssuedTokens {
  /** @param jwtHash SHA-256 of the token, in hex: the token itself is kept nowhere. */
  record(issued: {
    readonly userId: string;
    readonly jti: string;
    readonly jwtHash: string;
    readonly sessionId: string;
    readonly issuedAt: Date;
    readonly expiresAt: Date;
  }): Promise<void>;
}
