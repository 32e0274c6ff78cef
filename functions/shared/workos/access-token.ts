/** WorkOS's access token: RS256, no `aud`; `sid`, `org_id` and `roles` are the session's (facts about it: shared/facts.md 1.6). */
import { decodeJwt, errors, type JWTVerifyGetKey, jwtVerify } from 'jose';
import * as v from 'valibot';
import { AuthError } from '../domain/auth-error.ts';

const claims = v.object({
  sub: v.string(),
  sid: v.string(),
  exp: v.number(),
  iss: v.string(),
  client_id: v.optional(v.string()),
  org_id: v.optional(v.string()),
  role: v.optional(v.string()),
  roles: v.optional(v.array(v.string())),
});
export type AccessTokenClaims = v.InferOutput<typeof claims>;

export type VerifiedAccessToken =
  | { readonly outcome: 'valid'; readonly claims: AccessTokenClaims }
  /** Rightly signed and past its time, or signed by a key that WorkOS publishes no more. */
  | { readonly outcome: 'expired' }
  | { readonly outcome: 'invalid'; readonly reason: string };

/** Whose tokens are ours. */
export interface Audience {
  readonly clientId: string;
  readonly issuers: readonly string[];
}

export interface AccessTokenRules extends Audience {
  readonly keys: JWTVerifyGetKey;
  readonly now: Date;
}

/** The claim that says a token is another deployment's; WorkOS sets no `aud`, and `client_id` not in every version. */
export function mismatchOf(token: AccessTokenClaims, { clientId, issuers }: Audience): 'iss' | 'client_id' | undefined {
  if (!issuers.includes(token.iss)) return 'iss';
  return (token.client_id ?? clientId) === clientId ? undefined : 'client_id';
}

/** @throws AuthError `temporarily_unavailable` when there are no keys to verify with. */
export async function verifyAccessToken(token: string, rules: AccessTokenRules): Promise<VerifiedAccessToken> {
  try {
    const { payload } = await jwtVerify(token, rules.keys, {
      algorithms: ['RS256'],
      issuer: [...rules.issuers],
      currentDate: rules.now,
    });
    const parsed = v.safeParse(claims, payload);
    if (!parsed.success) return { outcome: 'invalid', reason: 'claims' };
    const reason = mismatchOf(parsed.output, rules);
    return reason ? { outcome: 'invalid', reason } : { outcome: 'valid', claims: parsed.output };
  } catch (error) {
    if (error instanceof AuthError) throw error;
    if (error instanceof errors.JWTExpired || error instanceof errors.JWKSNoMatchingKey) return { outcome: 'expired' };
    if (error instanceof errors.JOSEError) return { outcome: 'invalid', reason: error.code };
    throw error;
  }
}

/**
 * The issuers WorkOS's documents name for one environment; a custom authentication domain has its own, given as `configured`.
 * Only one of them signs with our client's keys; the list keeps out tokens that say they are someone else's.
 */
export function accessTokenIssuers(
  apiUrl: string,
  clientId: string,
  configured: string | undefined,
): readonly string[] {
  if (configured) return [configured];
  return [apiUrl, `${apiUrl}/`, `${apiUrl}/user_management/${clientId}`];
}

/**
 * The claims as they stand, for a token that needs no proof: out of our own seal, or fresh from WorkOS over TLS.
 * @returns `undefined` when these are not WorkOS's claims.
 */
export function unverifiedClaims(token: string): AccessTokenClaims | undefined {
  try {
    return v.parse(claims, decodeJwt(token));
  } catch {
    return undefined;
  }
}
