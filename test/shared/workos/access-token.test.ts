import { exportSPKI, generateKeyPair, importJWK, type JWTHeaderParameters, SignJWT, UnsecuredJWT } from 'jose';
import { describe, expect, it } from 'vitest';
import { AuthError } from '../../../functions/shared/domain/auth-error.ts';
import {
  accessTokenIssuers,
  mismatchOf,
  unverifiedClaims,
  verifyAccessToken,
} from '../../../functions/shared/workos/access-token.ts';
import {
  aliceClaims,
  clientId,
  createTokenIssuer,
  issuedAt,
  issuer,
  tokenLifetimeSeconds,
} from '../../support/access-tokens.ts';

const workos = await createTokenIssuer();
const stranger = await createTokenIssuer();
const [strangersJwk = {}] = stranger.jwks.keys;

const after = (seconds: number) => new Date(issuedAt.getTime() + seconds * 1000);
const rules = { keys: workos.keys, clientId, issuers: ['https://api.workos.test/', issuer], now: issuedAt };
const verify = (token: string, more: Partial<typeof rules> = {}) => verifyAccessToken(token, { ...rules, ...more });
const outcomeOf = async (token: string) => (await verify(token)).outcome;

describe('verifyAccessToken()', () => {
  it("takes WorkOS's token and gives its claims", async () => {
    const { iss, sub, sid, exp, client_id, org_id, role, roles } = aliceClaims;
    expect(await verify(await workos.sign())).toStrictEqual({
      outcome: 'valid',
      claims: { iss, sub, sid, exp, client_id, org_id, role, roles },
    });
  });

  it('takes a token without organization, roles and client id', async () => {
    const token = await workos.sign({ org_id: undefined, role: undefined, roles: undefined, client_id: undefined });
    expect(await outcomeOf(token)).toBe('valid');
  });

  it('takes it until the second it expires', async () => {
    const token = await workos.sign();
    expect((await verify(token, { now: after(tokenLifetimeSeconds - 1) })).outcome).toBe('valid');
    expect((await verify(token, { now: after(tokenLifetimeSeconds) })).outcome).toBe('expired');
    expect((await verify(token, { now: after(86_400) })).outcome).toBe('expired');
  });

  it('takes a token whose key is published no more for expired, so that it is refreshed', async () => {
    expect(await outcomeOf(await workos.sign({}, { kid: 'key_of_last_year' }))).toBe('expired');
  });

  it.each(['https://api.workos.test/', issuer])('takes the issuer %s', async (iss) => {
    expect(await outcomeOf(await workos.sign({ iss }))).toBe('valid');
  });

  it.each([
    ['another issuer', { iss: 'https://evil.example/' }],
    ['an issuer that only starts as ours', { iss: `${issuer}.evil.example` }],
    ['no issuer', { iss: undefined }],
    ['another client', { client_id: 'client_of_somebody_else' }],
    ['no user', { sub: undefined }],
    ['no session', { sid: undefined }],
    ['a session that is no text', { sid: 7 }],
    ['no end', { exp: undefined }],
    ['a beginning that is still to come', { nbf: issuedAt.getTime() / 1000 + 60 }],
    ['roles that are no list', { roles: 'admin' }],
  ])('refuses a token of %s', async (_, claims) => {
    expect(await outcomeOf(await workos.sign(claims))).toBe('invalid');
  });

  it("refuses a stranger's signature under WorkOS's key id", async () => {
    expect(await verify(await stranger.sign())).toStrictEqual({
      outcome: 'invalid',
      reason: 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED',
    });
  });

  it('refuses a token in which anything was changed', async () => {
    const [header = '', , signature = ''] = (await workos.sign()).split('.');
    const claims = Buffer.from(JSON.stringify({ ...aliceClaims, sub: 'user_01HMALLORY' })).toString('base64url');
    expect(await outcomeOf(`${header}.${claims}.${signature}`)).toBe('invalid');
    expect(await outcomeOf(`${header}.${claims}.`)).toBe('invalid');
  });

  it('refuses a token without a signature', async () => {
    const unsigned = new UnsecuredJWT({ ...aliceClaims }).encode();
    expect(await outcomeOf(unsigned)).toBe('invalid');
    const header = Buffer.from(JSON.stringify({ alg: 'none', kid: workos.kid })).toString('base64url');
    expect(await outcomeOf(`${header}.${unsigned.split('.')[1]}.`)).toBe('invalid');
  });

  it('refuses HS256 with the public key for a secret', async () => {
    const publicKey = await importJWK(workos.jwks.keys[0] ?? {}, 'RS256', { extractable: true });
    if (publicKey instanceof Uint8Array) throw new TypeError('no key pair');
    for (const secret of [await exportSPKI(publicKey), JSON.stringify(workos.jwks.keys[0])]) {
      const forged = await new SignJWT({ ...aliceClaims })
        .setProtectedHeader({ alg: 'HS256', kid: workos.kid })
        .sign(Buffer.from(secret));
      expect(await verify(forged)).toStrictEqual({ outcome: 'invalid', reason: 'ERR_JOSE_ALG_NOT_ALLOWED' });
    }
  });

  it.each(['RS512', 'PS256', 'ES256'])('refuses %s before it looks for a key', async (alg) => {
    const { privateKey } = await generateKeyPair(alg);
    const token = await new SignJWT({ ...aliceClaims }).setProtectedHeader({ alg, kid: workos.kid }).sign(privateKey);
    expect(await verify(token)).toStrictEqual({ outcome: 'invalid', reason: 'ERR_JOSE_ALG_NOT_ALLOWED' });
  });

  it.each<[string, Partial<JWTHeaderParameters>]>([
    ['jwk', { jwk: strangersJwk }],
    ['jku', { jku: 'https://evil.example/jwks' }],
    ['x5u', { x5u: 'https://evil.example/certificate' }],
    ['x5c', { x5c: [] }],
  ])('trusts no key that the token brings along or points to: %s', async (_, pointer) => {
    expect(await outcomeOf(await stranger.sign({}, pointer))).toBe('invalid');
  });

  it('refuses a token with a critical extension it does not know', async () => {
    const header = Buffer.from(JSON.stringify({ alg: 'RS256', kid: workos.kid, crit: ['b64'], b64: false }));
    const [, claims, signature] = (await workos.sign()).split('.');
    expect(await outcomeOf(`${header.toString('base64url')}.${claims}.${signature}`)).toBe('invalid');
  });

  it.each(['', 'a', 'a.b', 'a.b.c', 'a.b.c.d.e', '{}', `${'a'.repeat(10_000)}.b.c`])('refuses %j', async (token) => {
    expect(await outcomeOf(token)).toBe('invalid');
  });

  it('gives no verdict when there are no keys to verify with', async () => {
    const unavailable = new AuthError('temporarily_unavailable', 'no keys');
    const token = await workos.sign();
    await expect(verify(token, { keys: () => Promise.reject(unavailable) })).rejects.toBe(unavailable);
  });

  it('gives no verdict when verifying fails for a reason of ours', async () => {
    const bug = new TypeError('not a function');
    const token = await workos.sign();
    await expect(verify(token, { keys: () => Promise.reject(bug) })).rejects.toBe(bug);
  });
});

describe('mismatchOf()', () => {
  const audience = { clientId, issuers: rules.issuers };
  const { client_id: _, ...withoutClientId } = aliceClaims;
  const mismatch = (claims: object) => mismatchOf({ ...withoutClientId, roles: [], ...claims }, audience);

  it('names the claim that makes a token another deployment’s', () => {
    expect(mismatch({ iss: 'https://evil.example/' })).toBe('iss');
    expect(mismatch({ client_id: 'client_of_somebody_else' })).toBe('client_id');
    expect(mismatch({ client_id: '' })).toBe('client_id');
  });

  it('finds nothing in a token of ours, with a client id or without', () => {
    expect(mismatch({ client_id: clientId })).toBeUndefined();
    expect(mismatch({})).toBeUndefined();
  });
});

describe('accessTokenIssuers()', () => {
  it("are those of WorkOS's documents, unless a custom domain has its own", () => {
    expect(accessTokenIssuers('https://api.workos.com', 'client_1', undefined)).toStrictEqual([
      'https://api.workos.com',
      'https://api.workos.com/',
      'https://api.workos.com/user_management/client_1',
    ]);
    expect(accessTokenIssuers('https://api.workos.com', 'client_1', 'https://auth.example.com')).toStrictEqual([
      'https://auth.example.com',
    ]);
  });
});

describe('unverifiedClaims()', () => {
  it('reads claims without asking who signed them, or whether they still hold', async () => {
    const token = await stranger.sign({ exp: 1 });
    expect(unverifiedClaims(token)).toMatchObject({ sub: aliceClaims.sub, sid: aliceClaims.sid, exp: 1 });
  });

  it("gives nothing for what are not WorkOS's claims", async () => {
    expect(unverifiedClaims(await workos.sign({ sid: undefined }))).toBeUndefined();
    expect(unverifiedClaims('not.a.token')).toBeUndefined();
    expect(unverifiedClaims('')).toBeUndefined();
  });
});
