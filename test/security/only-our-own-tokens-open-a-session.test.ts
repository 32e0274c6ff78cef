/**
 * Threat 12: what is no access token of ours opens nothing: forged ones, other people's, and other kinds of our own
 * (CVE-2026-31813; node-jws GHSA-869p-cjfg-cm3x; fast-jwt GHSA-rp9m-7r4c-75qg). Each text by itself is in test/shared/jwt.
 */
import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import {
  decodeJwt,
  decodeProtectedHeader,
  exportJWK,
  type JWTHeaderParameters,
  type JWTPayload,
  SignJWT,
  UnsecuredJWT,
} from 'jose';
import { describe, expect, it } from 'vitest';
import { signInToApp } from '../support/app-sign-in.ts';
import { startGatehouse } from '../support/gatehouse.ts';
import { openSeal, sealOf } from '../support/session-seals.ts';
import { UserAgent } from '../support/user-agent.ts';

const gatehouse = await startGatehouse();
const { url } = gatehouse;
const app = await signInToApp(url);
const claims = decodeJwt(app.token);
const header = decodeProtectedHeader(app.token) as JWTHeaderParameters;
const own = generateKeyPairSync('rsa', { modulusLength: 2048 });

const send = (path: string, authorization: string, options: { readonly method?: string } = {}) =>
  new UserAgent().send(`${url}${path}`, { ...options, headers: { authorization } });

/** Nobody is signed in by it anywhere, and no answer is a failure of ours. */
async function expectNobody(token: string): Promise<void> {
  for (const scheme of ['Bearer', 'DPoP']) {
    for (const path of ['/session', '/sessions']) {
      const answer = await send(path, `${scheme} ${token}`);
      expect(answer.status).toBe(401);
      expect(answer.body).not.toContain('alice@example.com');
    }
  }
  expect((await send(`/sessions/${app.sessionId}`, `Bearer ${token}`, { method: 'DELETE' })).status).toBe(401);
}

const forge = (given: { readonly claims?: object; readonly header?: object } = {}): Promise<string> =>
  new SignJWT({ ...claims, ...given.claims }).setProtectedHeader({ ...header, ...given.header }).sign(own.privateKey);

describe('our own token', () => {
  it('opens the session that it is for', async () => {
    const answer = await send('/session', `Bearer ${app.token}`);
    expect(answer.status).toBe(200);
    expect(JSON.parse(answer.body)).toMatchObject({ uid: app.uid, sessionId: app.sessionId });
  });

  it('opens nothing with another payload, another header or no signature', async () => {
    const [, payload, signature] = app.token.split('.');
    const other = Buffer.from(JSON.stringify({ ...claims, roles: ['owner'] })).toString('base64url');
    const renamed = Buffer.from(JSON.stringify({ ...header, kid: 'other' })).toString('base64url');
    const unsigned = Buffer.from(JSON.stringify({ ...header, alg: 'none' })).toString('base64url');
    const head = app.token.slice(0, app.token.indexOf('.'));
    await expectNobody([head, other, signature].join('.'));
    await expectNobody([renamed, payload, signature].join('.'));
    await expectNobody([unsigned, payload, ''].join('.'));
    await expectNobody([head, payload, ''].join('.'));
  });
});

describe('a token that somebody else signed', () => {
  it('opens nothing with our own claims and our own kid', async () => {
    await expectNobody(await forge());
  });

  it('opens nothing when it brings its key along, or says where it is', async () => {
    const jwk = await exportJWK(own.publicKey);
    await expectNobody(await forge({ header: { jwk } }));
    await expectNobody(await forge({ header: { jwk, kid: undefined } }));
    await expectNobody(await forge({ header: { jku: 'https://evil.example/jwks', x5u: 'https://evil.example/cert' } }));
  });

  it('opens nothing with an issuer of its own choice', async () => {
    await expectNobody(await forge({ claims: { iss: 'https://evil.example' } }));
  });

  it('opens nothing without a signature', async () => {
    await expectNobody(new UnsecuredJWT(claims).encode());
  });

  it('opens nothing when our public key is its secret', async () => {
    for (const text of await publishedKeyAsTexts()) {
      const token = await new SignJWT(claims)
        .setProtectedHeader({ ...header, alg: 'HS256' })
        .sign(new TextEncoder().encode(text));
      await expectNobody(token);
    }
  });
});

describe('a token that is for something else', () => {
  it("is no JWT of ours when it is WorkOS's own, whoever it belongs to", async () => {
    const browser = new UserAgent();
    await browser.signIn(url);
    const { accessToken } = await openSeal(await sealOf(browser, url));
    expect(decodeJwt(accessToken)).toHaveProperty('sid');
    await expectNobody(accessToken);
  });

  it.each(['ticket', 'refresh token', 'seal'])('is no JWT when it is a %s', async (kind) => {
    const browser = new UserAgent();
    await browser.signIn(url);
    const text = { ticket: 'A'.repeat(43), 'refresh token': app.refreshToken, seal: await sealOf(browser, url) }[kind];
    await expectNobody(String(text));
  });

  it('is no JWT when it comes as a cookie', async () => {
    const browser = new UserAgent();
    await browser.plant(url, 'wos-session', app.token);
    expect((await browser.send(`${url}/session`)).status).toBe(401);
  });

  it('is not taken where only a browser is served', async () => {
    expect((await send('/dashboard', `Bearer ${app.token}`)).location).toBe(`${url}/login?return_to=/dashboard`);
    expect((await send('/', `Bearer ${app.token}`)).body).not.toContain('alice@example.com');
  });
});

describe('what an app gets', () => {
  it('is an access token and says so: no ID token, and no claim of who the user is beyond the id', () => {
    expect(header.typ).toBe('at+jwt');
    expect(Object.keys(claims).toSorted()).toEqual(expectedClaims(claims));
  });
});

function expectedClaims(payload: JWTPayload): string[] {
  const always = ['aud', 'client_id', 'exp', 'iat', 'iss', 'jti', 'roles', 'sid', 'sub'];
  return 'org_id' in payload ? [...always, 'org_id'].toSorted() : always;
}

/** Our key in each way in which a careless verifier would take it for a secret. */
async function publishedKeyAsTexts(): Promise<readonly string[]> {
  const { body } = await new UserAgent().send(`${url}/.well-known/jwks.json`);
  const { keys } = JSON.parse(body) as { readonly keys: readonly [Readonly<Record<string, string>>] };
  const [jwk] = keys;
  const pem = createPublicKey({ key: jwk, format: 'jwk' }).export({ type: 'spki', format: 'pem' }).toString();
  return [pem, pem.trim(), JSON.stringify(jwk), jwk['n'] ?? ''];
}
