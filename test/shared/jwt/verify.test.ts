/** Threat 12, text by text: what is no access token of ours. Over HTTP: test/security/only-our-own-tokens-open-a-session.test.ts. */
import fc from 'fast-check';
import { type JWTHeaderParameters, SignJWT, UnsecuredJWT } from 'jose';
import { describe, expect, it } from 'vitest';
import { AuthError } from '../../../functions/shared/domain/auth-error.ts';
import { createAccessTokenIssuer } from '../../../functions/shared/jwt/issue.ts';
import { createAccessTokenVerifier } from '../../../functions/shared/jwt/verify.ts';
import { createDpopKey } from '../../support/dpop-key.ts';
import { createMemoryIssuedTokens } from '../../support/memory-issued-tokens.ts';
import { makeSigningKey, signingWith, type TestKey, verifyingWith } from '../../support/signing-keys.ts';

const now = new Date('2026-11-22T10:00:00Z');
const after = (seconds: number): Date => new Date(now.getTime() + seconds * 1000);
const parties = { issuer: 'https://auth.example.com', audience: 'https://api.example.com' };
const [rsa, p256, strangers] = [
  makeSigningKey('rsa_key'),
  makeSigningKey('p256_key', 'ES256'),
  makeSigningKey('rsa_key'),
];
const verifier = createAccessTokenVerifier({ keys: verifyingWith(rsa, p256), ...parties });
const subject = {
  userId: 'usr_0123456789abcdef0123456789abcdef',
  clientId: 'gatehouse-native',
  sessionId: 'a'.repeat(32),
  roles: ['admin', 'billing'],
  organizationId: 'org_01HACME',
  dpopThumbprint: '0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I',
};
const issue = (key: TestKey = rsa, given = {}) =>
  createAccessTokenIssuer({ signingKeys: signingWith(key), issued: createMemoryIssuedTokens(), ...parties }).issue(
    { ...subject, ...given },
    now,
  );

const honestClaims = {
  iss: parties.issuer,
  sub: subject.userId,
  aud: parties.audience,
  client_id: subject.clientId,
  iat: now.getTime() / 1000,
  exp: now.getTime() / 1000 + 3600,
  jti: 'one',
  sid: subject.sessionId,
  roles: [] as string[],
};
/** With claims in place of honest ones, `undefined` leaving one out, and a header likewise. */
const sign = (claims: object = {}, header: object = {}, key: Pick<TestKey, 'privateKey'> = rsa): Promise<string> => {
  const protectedHeader: JWTHeaderParameters = { alg: 'RS256', typ: 'at+jwt', kid: 'rsa_key', ...header };
  return new SignJWT({ ...honestClaims, ...claims }).setProtectedHeader(protectedHeader).sign(key.privateKey);
};

describe('verify()', () => {
  it.each([rsa, p256])('believes what the issuer made, and says what it says: $algorithm', async (key) => {
    const { token, jti, expiresAt } = await issue(key);
    expect(await verifier.verify(token, now)).toStrictEqual({ ...subject, jti, expiresAt });
  });

  it('believes one that is neither bound nor of an organization', async () => {
    const { token } = await issue(rsa, { organizationId: undefined, dpopThumbprint: undefined });
    expect(await verifier.verify(token, now)).toMatchObject({ organizationId: undefined, dpopThumbprint: undefined });
  });

  it.each(['at+jwt', 'AT+JWT', 'application/at+jwt', 'Application/AT+JWT'])('takes the type %s', async (typ) => {
    expect(await verifier.verify(await sign({}, { typ }), now)).toBeDefined();
  });

  it('believes it until it expires, and five seconds longer at the most', async () => {
    const { token } = await issue();
    expect(await verifier.verify(token, after(3599))).toBeDefined();
    expect(await verifier.verify(token, after(3605))).toBeUndefined();
  });

  it('throws while the keys cannot be read: it cannot be told whose the token is', async () => {
    const keys = { keyFor: () => Promise.reject(new AuthError('temporarily_unavailable', 'the Keys table is away')) };
    const blind = createAccessTokenVerifier({ keys, ...parties });
    await expect(blind.verify((await issue()).token, now)).rejects.toMatchObject({ code: 'temporarily_unavailable' });
  });
});

describe('verify() refuses', () => {
  const expectRefused = async (token: string): Promise<void> => {
    expect(await verifier.verify(token, now)).toBeUndefined();
  };

  it.each([
    ['another issuer', { iss: 'https://evil.example' }],
    ['our issuer with a slash', { iss: `${parties.issuer}/` }],
    ['WorkOS as its issuer', { iss: 'https://api.workos.com/user_management/client_01H' }],
    ['no issuer', { iss: undefined }],
    ['another audience', { aud: 'https://other.example.com' }],
    ['our audience among others', { aud: [parties.audience, 'https://other.example.com'] }],
    ['our audience in a list', { aud: [parties.audience] }],
    ['no audience', { aud: undefined }],
    ['no expiry', { exp: undefined }],
    ['an expiry that is no number', { exp: '9999999999' }],
    ['an expiry that has passed', { exp: now.getTime() / 1000 - 6 }],
    ['a time before which it is not good', { nbf: now.getTime() / 1000 + 6 }],
    ['an issue to come', { iat: now.getTime() / 1000 + 6 }],
    ['no time of issue', { iat: undefined }],
    ['no subject', { sub: undefined }],
    ['a subject that is no text', { sub: 1 }],
    ['no session', { sid: undefined }],
    ['a session of another form', { sid: 'session_01H' }],
    ['no client', { client_id: undefined }],
    ['no jti', { jti: undefined }],
    ['no roles', { roles: undefined }],
    ['roles that are a text', { roles: 'admin' }],
    ['a confirmation that it does not know', { cnf: { 'x5t#S256': 'x' } }],
    ['a confirmation that is a text', { cnf: 'x' }],
    ['a confirmation that is null', { cnf: null }],
    ['a thumbprint that is none', { cnf: { jkt: 'short' } }],
  ])('a token with %s', async (_, claims) => {
    await expectRefused(await sign(claims));
  });

  it.each([
    ['no type', { typ: undefined }],
    ['the type of any JWT', { typ: 'JWT' }],
    ['the type of a DPoP proof', { typ: 'dpop+jwt' }],
    ['the type of a logout token', { typ: 'logout+jwt' }],
    ['no kid', { kid: undefined }],
    ['an empty kid', { kid: '' }],
    ['a kid that is a path', { kid: '../../dev/null' }],
    ['a kid that is a property of every object', { kid: '__proto__' }],
    ['a kid that nobody knows', { kid: 'unknown' }],
    ['the kid of another key', { kid: 'p256_key' }],
    ['a key that it brings along', { jwk: rsa.published }],
    ['a place where its keys would be', { jku: 'https://evil.example/jwks.json' }],
    ['a place where its certificate would be', { x5u: 'https://evil.example/cert.pem' }],
    ['a certificate that it brings along', { x5c: ['MIIB'] }],
  ])('a token of ours that has %s', async (_, header) => {
    await expectRefused(await sign({}, header));
  });

  it('a token that demands a rule to be understood', async () => {
    const crit = { crit: ['exp'], exp: true };
    const token = await new SignJWT(honestClaims)
      .setProtectedHeader({ alg: 'RS256', typ: 'at+jwt', kid: 'rsa_key', ...crit })
      .sign(rsa.privateKey, { crit: { exp: true } });
    await expectRefused(token);
  });

  it('an ID token of ours, if we made one: it has no at+jwt, no client_id and another audience', async () => {
    await expectRefused(await sign({ aud: subject.clientId, nonce: 'n' }, { typ: 'JWT' }));
  });

  it('a DPoP proof, whoever signed it', async () => {
    const app = await createDpopKey();
    await expectRefused(await app.prove({ method: 'GET', url: 'https://auth.example.com/session' }));
  });

  it('a token that says the right kid and is signed by a key of its own', async () => {
    await expectRefused(await sign({}, {}, strangers));
    await expectRefused(await sign({}, { jwk: strangers.published }, strangers));
  });

  it('a token without a signature', async () => {
    await expectRefused(new UnsecuredJWT(honestClaims).encode());
    const [header, payload] = (await sign()).split('.');
    await expectRefused(`${header}.${payload}.`);
    for (const alg of ['none', 'None', 'NONE', 'nOnE']) await expectRefused(unsigned({ alg }, payload));
  });

  it('a token signed with a public key as a secret', async () => {
    const secrets = [
      rsa.publicKey.export({ type: 'spki', format: 'pem' }),
      rsa.publicKey.export({ type: 'spki', format: 'der' }),
      JSON.stringify(rsa.published),
      rsa.published['n'] ?? '',
    ];
    for (const secret of secrets) {
      const token = await new SignJWT(honestClaims)
        .setProtectedHeader({ alg: 'HS256', typ: 'at+jwt', kid: 'rsa_key' })
        .sign(Buffer.from(secret));
      await expectRefused(token);
    }
  });

  it.each(['RS384', 'RS512', 'PS256'])('a token that our own RSA key signed by %s', async (alg) => {
    await expectRefused(await sign({}, { alg }));
  });

  it('a token of two keys of one id, where only one is published', async () => {
    const other = makeSigningKey('p256_key');
    await expectRefused(await sign({}, { kid: 'p256_key' }, other));
  });

  it('a key that comes under an id that was not asked for', async () => {
    const keys = { keyFor: () => Promise.resolve(rsa.published) };
    const careless = createAccessTokenVerifier({ keys, ...parties });
    expect(await careless.verify(await sign({}, { kid: 'other' }), now)).toBeUndefined();
  });

  it('one bit more or less, anywhere', { timeout: 20_000 }, async () => {
    const { token } = await issue(p256);
    const at = fc.nat({ max: token.length - 1 });
    await fc.assert(
      fc.asyncProperty(at, fc.constantFrom('A', 'z', '-', '.', '=', ' '), async (index, character) => {
        fc.pre(token[index] !== character && index !== token.length - 1);
        await expectRefused(token.slice(0, index) + character + token.slice(index + 1));
      }),
      { numRuns: 300 },
    );
  });

  it('any text that is no token, and throws at none', async () => {
    const part = fc.oneof(fc.base64String(), fc.json().map(base64url), fc.string({ unit: 'binary' }));
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(part, { maxLength: 6 }).map((parts) => parts.join('.')),
    );
    await fc.assert(fc.asyncProperty(text, expectRefused), { numRuns: 500 });
  });

  it('any header over our own claims, and throws at none', async () => {
    const value = fc.oneof(
      fc.jsonValue(),
      fc.constantFrom('RS256', 'ES256', 'HS256', 'none', 'at+jwt', 'rsa_key', true),
    );
    const header = fc.dictionary(
      fc.constantFrom('alg', 'typ', 'kid', 'jwk', 'crit', 'b64', 'zip', 'enc', 'cty'),
      value,
    );
    const [, payload, signature] = (await sign()).split('.');
    await fc.assert(
      fc.asyncProperty(header, async (given) => {
        await expectRefused(`${base64url(JSON.stringify(given))}.${payload}.${signature}`);
      }),
      { numRuns: 500 },
    );
  });
});

function base64url(text: string): string {
  return Buffer.from(text).toString('base64url');
}

function unsigned(header: object, payload = ''): string {
  return `${base64url(JSON.stringify({ typ: 'at+jwt', kid: 'rsa_key', ...header }))}.${payload}.`;
}
