/** RFC 9449 §4.3, check by check. Over HTTP: test/security/a-dpop-proof-serves-one-request.test.ts. */
import { createSecretKey, generateKeyPairSync, sign } from 'node:crypto';
import fc from 'fast-check';
import { type JWK, SignJWT } from 'jose';
import { beforeEach, describe, expect, it } from 'vitest';
import { AuthError } from '../../../functions/shared/domain/auth-error.ts';
import { dpopAlgorithms, type DpopVerifier } from '../../../functions/shared/domain/dpop.ts';
import { createDpopVerifier } from '../../../functions/shared/jwt/dpop-proof.ts';
import { createDpopKey, type ProofOptions } from '../../support/dpop-key.ts';
import { createMemoryOnce, type MemoryOnce } from '../../support/memory-once.ts';

const now = new Date('2026-11-22T10:00:00Z');
const iat = now.getTime() / 1000;
const after = (seconds: number): Date => new Date(now.getTime() + seconds * 1000);
const url = 'https://auth.example.com/session';
const request = { method: 'GET', url };
const [key, strangers] = [await createDpopKey(), await createDpopKey()];

let once: MemoryOnce;
let verifier: DpopVerifier;
beforeEach(() => {
  once = createMemoryOnce();
  verifier = createDpopVerifier({ once });
});

const prove = ({ claims, ...options }: Partial<ProofOptions> = {}, by = key): Promise<string> =>
  by.prove({ ...request, claims: { iat, ...claims }, ...options });

async function expectRefused(proof: string, given = request): Promise<void> {
  await expect(verifier.verify(proof, given, now)).rejects.toMatchObject({ code: 'invalid_dpop_proof' });
  expect(once.claimed()).toStrictEqual([]);
}

describe('verify()', () => {
  it('gives the thumbprint of the key that the proof is by', async () => {
    expect(await verifier.verify(await prove(), request, now)).toBe(key.thumbprint);
  });

  it.each(dpopAlgorithms)('knows proofs by %s', async (algorithm) => {
    const other = await createDpopKey(algorithm);
    expect(await verifier.verify(await prove({}, other), request, now)).toBe(other.thumbprint);
  });

  it.each(['dpop+jwt', 'DPoP+JWT', 'application/dpop+jwt'])('takes the type %s', async (typ) => {
    expect(await verifier.verify(await prove({ header: { typ } }), request, now)).toBe(key.thumbprint);
  });

  it.each([-60, 60])('takes one of %i seconds from now, and none that is further off', async (seconds) => {
    expect(await verifier.verify(await prove({ claims: { iat: iat + seconds } }), request, now)).toBe(key.thumbprint);
    await expect(
      verifier.verify(await prove({ claims: { iat: iat + seconds * 1.02 } }), request, now),
    ).rejects.toMatchObject({ code: 'invalid_dpop_proof' });
  });

  it('may be told how far off is too far', async () => {
    const strict = createDpopVerifier({ once, windowSeconds: 5 });
    const early = await prove({ claims: { iat: iat - 6 } });
    await expect(strict.verify(early, request, now)).rejects.toMatchObject({ code: 'invalid_dpop_proof' });
  });

  it.each([
    'https://auth.example.com/session?q=1',
    'https://auth.example.com/session#top',
    'HTTPS://AUTH.EXAMPLE.COM/session',
    'https://auth.example.com:443/session',
    'https://auth.example.com/./x/../session',
    'https://auth.example.com/%73ession',
  ])('reads %s as the same URL', async (htu) => {
    expect(await verifier.verify(await prove({ claims: { htu } }), request, now)).toBe(key.thumbprint);
  });

  it('reads escapes of other characters in either case', async () => {
    const proof = await prove({ claims: { htu: 'https://auth.example.com/a%2fb%c3%bc' } });
    const given = { ...request, url: 'https://auth.example.com/a%2Fb\u00fc' };
    expect(await verifier.verify(proof, given, now)).toBe(key.thumbprint);
  });

  it('wants the hash of the token that comes with it', async () => {
    const given = { ...request, accessToken: 'a.b.c' };
    expect(await verifier.verify(await prove({ accessToken: 'a.b.c' }), given, now)).toBe(key.thumbprint);
    for (const claims of [{ ath: undefined }, { ath: '' }, { ath: 'a.b.c' }]) {
      await expect(verifier.verify(await prove({ claims }), given, now)).rejects.toThrow('ath');
    }
    await expect(verifier.verify(await prove({ accessToken: 'a.b.d' }), given, now)).rejects.toThrow('ath');
  });
});

describe('a proof', () => {
  it('is good once, at whatever instance', async () => {
    const proof = await prove();
    await verifier.verify(proof, request, now);
    const elsewhere = createDpopVerifier({ once });
    await expect(elsewhere.verify(proof, request, after(1))).rejects.toMatchObject({ code: 'invalid_dpop_proof' });
  });

  it('is good for one of fifty that come together', async () => {
    const proof = await prove();
    const all = await Promise.allSettled(Array.from({ length: 50 }, () => verifier.verify(proof, request, now)));
    expect(all.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  it('is remembered for as long as its time of issue lets it be used', async () => {
    const proof = await prove({ claims: { iat: iat + 60 } });
    await verifier.verify(proof, request, now);
    for (const seconds of [1, 60, 119.9, 120]) {
      await expect(verifier.verify(proof, request, after(seconds))).rejects.toMatchObject({
        code: 'invalid_dpop_proof',
      });
    }
  });

  it('does not use up the same jti of another key', async () => {
    const other = await createDpopKey();
    await verifier.verify(await prove({ claims: { jti: 'same' } }), request, now);
    const proof = await prove({ claims: { jti: 'same' } }, other);
    expect(await verifier.verify(proof, request, now)).toBe(other.thumbprint);
  });

  it('is used up by nothing that refuses it for another reason', async () => {
    const proof = await prove();
    await expectRefused(proof, { ...request, method: 'DELETE' });
    await expectRefused(proof, { ...request, url: 'https://auth.example.com/sessions' });
    expect(await verifier.verify(proof, request, now)).toBe(key.thumbprint);
  });

  it('cannot be judged while it cannot be told whether it was seen before', async () => {
    const away = { ...once, claim: () => Promise.reject(new AuthError('temporarily_unavailable', 'away')) };
    const blind = createDpopVerifier({ once: away });
    await expect(blind.verify(await prove(), request, now)).rejects.toMatchObject({ code: 'temporarily_unavailable' });
  });
});

describe('verify() refuses a proof', () => {
  it.each([
    ['without an id', { jti: undefined }],
    ['with an empty id', { jti: '' }],
    ['with an id that is no text', { jti: 1 }],
    ['without a method', { htm: undefined }],
    ['for another method', { htm: 'POST' }],
    ['for a method in lower case', { htm: 'get' }],
    ['without a URL', { htu: undefined }],
    ['for a path alone', { htu: '/session' }],
    ['for another path', { htu: 'https://auth.example.com/sessions' }],
    ['for a path in capitals', { htu: 'https://auth.example.com/SESSION' }],
    ['for a path with a slash at its end', { htu: 'https://auth.example.com/session/' }],
    ['for another host', { htu: 'https://evil.example/session' }],
    ['for our host as a part of another', { htu: 'https://auth.example.com.evil.example/session' }],
    ['for our host behind a user name', { htu: 'https://auth.example.com@evil.example/session' }],
    ['for a URL with a user name', { htu: 'https://x@auth.example.com/session' }],
    ['for another port', { htu: 'https://auth.example.com:8443/session' }],
    ['for another scheme', { htu: 'http://auth.example.com/session' }],
    ['for a scheme that has no host', { htu: 'javascript:session' }],
    ['without a time', { iat: undefined }],
    ['with a time that is a text', { iat: String(iat) }],
    ['of 61 seconds ago', { iat: iat - 61 }],
    ['of 61 seconds ahead', { iat: iat + 61 }],
    ['with a time without end', { iat: 1e300 }],
    ['that has expired by its own word', { exp: iat - 61 }],
  ])('%s', async (_, claims) => {
    await expectRefused(await prove({ claims }));
  });

  const rsa1024 = generateKeyPairSync('rsa', { modulusLength: 1024 });
  it.each<[string, Readonly<Record<string, unknown>>]>([
    ['without a type', { typ: undefined }],
    ['of the type of any JWT', { typ: 'JWT' }],
    ['of the type of an access token', { typ: 'at+jwt' }],
    ['without its key', { jwk: undefined }],
    ['with a key that is a text', { jwk: 'key' }],
    ['with a key that is null', { jwk: null }],
    ['with a list of keys', { jwk: [key.publicJwk] }],
    ['with its private key', { jwk: key.privateJwk }],
    ['with a private member that is empty', { jwk: { ...key.publicJwk, d: '' } }],
    ['with a secret', { jwk: { kty: 'oct', k: 'c2VjcmV0' } }],
    ['with a secret beside its key', { jwk: { ...key.publicJwk, k: 'c2VjcmV0' } }],
    ['with a key of another algorithm', { jwk: rsa1024.publicKey.export({ format: 'jwk' }) }],
    ['with a point that is not on the curve', { jwk: { ...key.publicJwk, x: key.publicJwk.y } }],
    ['with half a key', { jwk: { ...key.publicJwk, y: undefined } }],
    ['with the key of somebody else', { jwk: strangers.publicJwk }],
    ['with a key that is elsewhere', { jwk: undefined, jku: 'https://evil.example/jwks' }],
  ])('%s', async (_, header) => {
    await expectRefused(await prove({ header }));
  });

  const signAs = (header: object, secret: Parameters<SignJWT['sign']>[0], crit?: Record<string, boolean>) =>
    new SignJWT({ jti: 'x', htm: 'GET', htu: url, iat })
      .setProtectedHeader({ typ: 'dpop+jwt', alg: 'ES256', ...header })
      .sign(secret, crit && { crit });

  it('that a short RSA key signed', async () => {
    const jwk = rsa1024.publicKey.export({ format: 'jwk' });
    const [header, payload] = [
      { typ: 'dpop+jwt', alg: 'RS256', jwk },
      { jti: 'x', htm: 'GET', htu: url, iat },
    ].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'));
    const signature = sign('sha256', Buffer.from(`${header}.${payload}`), rsa1024.privateKey).toString('base64url');
    await expectRefused(`${header}.${payload}.${signature}`);
  });

  it.each(['HS256', 'HS512'])('by a secret: %s', async (alg) => {
    const secret = createSecretKey(Buffer.alloc(64));
    await expectRefused(await signAs({ alg, jwk: key.publicJwk }, secret));
    await expectRefused(await signAs({ alg, jwk: secret.export({ format: 'jwk' }) }, secret));
  });

  it.each(['ES384', 'RS512'])('by an algorithm that is not offered: %s', async (algorithm) => {
    await expectRefused(await prove({}, await createDpopKey(algorithm)));
  });

  it('without a signature', async () => {
    const [, payload] = (await prove()).split('.');
    for (const alg of ['none', 'None', 'NONE']) {
      const header = Buffer.from(JSON.stringify({ typ: 'dpop+jwt', alg, jwk: key.publicJwk })).toString('base64url');
      await expectRefused(`${header}.${payload}.`);
    }
  });

  it('that demands a rule to be understood', async () => {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const jwk = publicKey.export({ format: 'jwk' }) as JWK;
    await expectRefused(await signAs({ jwk, crit: ['b64'], b64: true }, privateKey, { b64: true }));
    await expectRefused(await signAs({ jwk, crit: ['x'], x: 1 }, privateKey, { x: true }));
  });

  it('that comes twice, as API Gateway joins header fields', async () => {
    const [one, two] = [await prove(), await prove()];
    for (const joined of [`${one},${two}`, `${one}, ${two}`, `${one},`]) await expectRefused(joined);
  });

  it('of more than 4 KB', async () => {
    await expectRefused(await prove({ claims: { more: 'x'.repeat(4096) } }));
  });

  it('that is none, and throws nothing else at any text', async () => {
    const part = fc.oneof(
      fc.base64String(),
      fc.json().map((text) => Buffer.from(text).toString('base64url')),
    );
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(part, { maxLength: 5 }).map((parts) => parts.join('.')),
    );
    await fc.assert(
      fc.asyncProperty(text, (proof) => expectRefused(proof)),
      { numRuns: 300 },
    );
  });

  it('with any key in its header but a right one, and throws nothing else', async () => {
    const [, payload, signature] = (await prove()).split('.');
    const members = fc.constantFrom('kty', 'crv', 'x', 'y', 'n', 'e', 'd', 'k', 'alg');
    const values = fc.oneof(fc.jsonValue(), fc.constantFrom('EC', 'RSA', 'OKP', 'oct', 'P-256', 'Ed25519', 'AQAB'));
    const jwks = fc.oneof(fc.jsonValue(), fc.dictionary(members, values));
    await fc.assert(
      fc.asyncProperty(jwks, fc.constantFrom(...dpopAlgorithms), async (jwk, alg) => {
        const header = Buffer.from(JSON.stringify({ typ: 'dpop+jwt', alg, jwk })).toString('base64url');
        await expectRefused(`${header}.${payload}.${signature}`);
      }),
      { numRuns: 300 },
    );
  });

  it('and says why without repeating any of it', async () => {
    const proof = await prove({ claims: { htm: 'CANARY', jti: 'CANARY' }, header: { typ: 'CANARY' } });
    const error: unknown = await verifier.verify(proof, request, now).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(AuthError);
    expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain('CANARY');
  });
});
