/** Believing our access tokens, and no other text: RFC 9068 §4, with the hardening of RFC 8725. */
import { errors, type JWTHeaderParameters, jwtVerify } from 'jose';
import * as v from 'valibot';
import type { AccessTokenVerifier, VerificationKeys } from '../domain/access-tokens.ts';
import type { PublicKey, SigningAlgorithm } from '../domain/key-ring.ts';
import { sessionId } from '../domain/session-id.ts';
import type { AccessTokenParties } from './issue.ts';

/** How far the clocks of two machines may be apart. */
const clockSkewSeconds = 5;

const algorithms: readonly SigningAlgorithm[] = ['RS256', 'ES256'];

/** Header members by which a token would choose its own key, or ask for a rule that we do not know (RFC 7515 §4.1). */
const refusedMembers = ['jwk', 'jku', 'x5u', 'x5c', 'crit'];

const claims = v.object({
  sub: v.pipe(v.string(), v.nonEmpty()),
  // One audience: a token that is also for somebody else was not made here.
  aud: v.string(),
  client_id: v.pipe(v.string(), v.nonEmpty()),
  iat: v.number(),
  exp: v.number(),
  jti: v.pipe(v.string(), v.nonEmpty()),
  sid: sessionId,
  roles: v.array(v.string()),
  org_id: v.optional(v.string()),
  // Bound to something other than a key's thumbprint: nobody here could tell whether it is met.
  cnf: v.optional(v.object({ jkt: v.pipe(v.string(), v.regex(/^[\w-]{43}$/)) })),
});

export interface AccessTokenVerifierOptions extends AccessTokenParties {
  readonly keys: VerificationKeys;
}

export function createAccessTokenVerifier(options: AccessTokenVerifierOptions): AccessTokenVerifier {
  const { keys, issuer, audience } = options;

  const keyOf = async (header: JWTHeaderParameters, now: Date): Promise<PublicKey> => {
    if (refusedMembers.some((member) => member in header)) throw new errors.JWSInvalid('a header member is refused');
    if (typeof header.kid !== 'string') throw new errors.JWSInvalid('kid is required');
    const key = await keys.keyFor(header.kid, now);
    // The key says what it signs with; a token's word on that is only compared.
    if (key?.kid !== header.kid || key.alg !== header.alg) throw new errors.JWKSNoMatchingKey();
    return key;
  };

  return {
    async verify(token, now) {
      try {
        const { payload } = await jwtVerify(token, (header) => keyOf(header, now), {
          algorithms: [...algorithms],
          typ: 'at+jwt',
          issuer,
          audience,
          clockTolerance: clockSkewSeconds,
          currentDate: now,
        });
        const parsed = v.safeParse(claims, payload);
        if (!parsed.success || parsed.output.iat > now.getTime() / 1000 + clockSkewSeconds) return undefined;
        const { sub, client_id, sid, roles, org_id, cnf, jti, exp } = parsed.output;
        return {
          userId: sub,
          clientId: client_id,
          sessionId: sid,
          roles,
          organizationId: org_id,
          dpopThumbprint: cnf?.jkt,
          jti,
          expiresAt: new Date(exp * 1000),
        };
      } catch (error) {
        if (error instanceof errors.JOSEError) return undefined;
        throw error;
      }
    },
  };
}
