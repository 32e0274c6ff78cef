/** Access tokens as WorkOS signs them, under a key of the test's own. */
import { createLocalJWKSet, exportJWK, generateKeyPair, type JSONWebKeySet, type JWTVerifyGetKey, SignJWT } from 'jose';

export interface TokenIssuer {
  readonly kid: string;
  /** What WorkOS publishes at `/sso/jwks/<client id>`. */
  readonly jwks: JSONWebKeySet;
  readonly keys: JWTVerifyGetKey;
  /** @param claims in place of, or beside, those of `aliceClaims`; `undefined` leaves one out. */
  sign(claims?: Readonly<Record<string, unknown>>, header?: Readonly<Record<string, unknown>>): Promise<string>;
}

export const issuedAt = new Date('2026-11-22T10:00:00Z');
export const tokenLifetimeSeconds = 300;
export const clientId = 'client_01HTEST';
export const issuer = `https://api.workos.test/user_management/${clientId}`;

const issuedAtSeconds = issuedAt.getTime() / 1000;

export const aliceClaims = {
  iss: issuer,
  sub: 'user_01HALICE',
  sid: 'session_01HALICE',
  client_id: clientId,
  org_id: 'org_01HACME',
  role: 'admin',
  roles: ['admin', 'billing'],
  jti: '01HJTI',
  iat: issuedAtSeconds,
  exp: issuedAtSeconds + tokenLifetimeSeconds,
} as const;

export async function createTokenIssuer(kid = 'key_1'): Promise<TokenIssuer> {
  const { privateKey, publicKey } = await generateKeyPair('RS256');
  const jwks = { keys: [{ ...(await exportJWK(publicKey)), kid, alg: 'RS256', use: 'sig' }] };
  return {
    kid,
    jwks,
    keys: createLocalJWKSet(jwks),
    sign: (claims = {}, header = {}) =>
      new SignJWT({ ...aliceClaims, ...claims }).setProtectedHeader({ alg: 'RS256', kid, ...header }).sign(privateKey),
  };
}
