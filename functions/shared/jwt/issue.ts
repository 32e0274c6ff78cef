/** Making our access tokens: JWTs by the profile of RFC 9068. */
import { createHash, randomBytes } from 'node:crypto';
import { SignJWT } from 'jose';
import { type AccessTokenIssuer, accessTokenTtlSeconds, type IssuedTokens } from '../domain/access-tokens.ts';
import type { SigningKeys } from '../domain/key-ring.ts';

const jtiBytes = 16;

/** Whose tokens these are and whom they are for. */
export interface AccessTokenParties {
  /** `iss`: PUBLIC_URL. */
  readonly issuer: string;
  /** `aud`. */
  readonly audience: string;
}

export interface AccessTokenIssuerOptions extends AccessTokenParties {
  readonly signingKeys: SigningKeys;
  readonly issued: IssuedTokens;
}

export function createAccessTokenIssuer(options: AccessTokenIssuerOptions): AccessTokenIssuer {
  const { signingKeys, issued, issuer, audience } = options;
  return {
    async issue({ userId, clientId, sessionId, roles, organizationId, dpopThumbprint }, now) {
      const { keyId, algorithm, privateKey } = await signingKeys.current();
      const jti = randomBytes(jtiBytes).toString('base64url');
      const iat = Math.floor(now.getTime() / 1000);
      const exp = iat + accessTokenTtlSeconds;
      const token = await new SignJWT({
        iss: issuer,
        sub: userId,
        aud: audience,
        client_id: clientId,
        iat,
        exp,
        jti,
        sid: sessionId,
        roles: [...roles],
        ...(organizationId !== undefined && { org_id: organizationId }),
        ...(dpopThumbprint !== undefined && { cnf: { jkt: dpopThumbprint } }),
      })
        .setProtectedHeader({ alg: algorithm, typ: 'at+jwt', kid: keyId })
        .sign(privateKey);
      const times = { issuedAt: new Date(iat * 1000), expiresAt: new Date(exp * 1000) };
      // Before anybody has it: there is no token that the table does not know.
      const jwtHash = createHash('sha256').update(token).digest('hex');
      await issued.record({ userId, jti, jwtHash, sessionId, ...times });
      return { token, jti, ...times };
    },
  };
}
