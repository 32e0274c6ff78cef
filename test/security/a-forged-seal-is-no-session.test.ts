/** Threat 11: forged contents of a seal, and seals of other purposes, stages and users (WorkOS SEC-1219; GHSA-ph3g-6p57-jfm5). */
import {
  decodeJwt,
  decodeProtectedHeader,
  exportJWK,
  generateKeyPair,
  type JWTHeaderParameters,
  SignJWT,
  UnsecuredJWT,
} from 'jose';
import { beforeEach, describe, expect, it } from 'vitest';
import { sealIron } from '../../functions/shared/crypto/iron-seal.ts';
import { startLogin } from '../../functions/shared/domain/login-transaction.ts';
import { password, passwords, strangersPassword } from '../support/cookie-passwords.ts';
import { startGatehouse } from '../support/gatehouse.ts';
import { callsDuring } from '../support/outbound-calls.ts';
import { makeSeal, openSeal, sealOf, type SessionContent } from '../support/session-seals.ts';
import { UserAgent } from '../support/user-agent.ts';

const gatehouse = await startGatehouse();
const { url, workos } = gatehouse;

async function contentOf(loginHint: string): Promise<SessionContent> {
  const browser = new UserAgent();
  await browser.signIn(url, { login_hint: loginHint });
  return openSeal(await sealOf(browser, url));
}
// New instances read keys of their own.
for (const path of ['/', '/session', '/dashboard']) await new UserAgent().visit(url + path);
const alice = await contentOf('alice@example.com');
const bob = await contentOf('bob@example.com');

let browser: UserAgent;
beforeEach(() => {
  browser = new UserAgent();
});

/** Nobody is signed in anywhere, nothing is asked of WorkOS for it, and no answer is a failure of ours. */
async function expectNobody(seal: string): Promise<void> {
  for (const [path, status] of [
    ['/', 200],
    ['/session', 401],
    ['/dashboard', 302],
  ] as const) {
    await browser.plant(url, 'wos-session', seal);
    const calls = await callsDuring(gatehouse, async () => {
      const answer = await browser.send(url + path);
      expect(answer.status).toBe(status);
      expect(answer.body).not.toMatch(/alice@|bob@|Archer|Baker/);
      expect(answer.setCookies.filter((cookie) => !cookie.startsWith('wos-session=;'))).toStrictEqual([]);
    });
    expect(calls).not.toHaveProperty('workos.authenticate');
    expect(calls).not.toHaveProperty('dynamodb.GetItem');
  }
}

describe('who does not have the password', () => {
  const tampered: Readonly<Record<string, (parts: string[]) => string>> = {
    'a seal without its end': (parts) => parts.slice(0, -1).join('*'),
    'a seal of another format': (parts) => ['Fe26.1', ...parts.slice(1)].join('*'),
    'a seal that names another password': (parts) => parts.with(1, '2').join('*'),
    'a seal that names no password': (parts) => parts.with(1, '').join('*'),
    'a seal with another salt': (parts) => parts.with(2, '0'.repeat(64)).join('*'),
    'a seal with another start vector': (parts) => parts.with(3, 'A'.repeat(22)).join('*'),
    'a seal with one bit turned': (parts) => parts.with(4, turnBit(parts[4] ?? '')).join('*'),
    'a seal with an expiry': (parts) => parts.with(5, '9999999999999').join('*'),
    'a seal with an empty MAC': (parts) => parts.with(7, '~2').join('*'),
    'a seal with a MAC cut short': (parts) => parts.with(7, `${(parts[7] ?? '').slice(0, 8)}~2`).join('*'),
    'a seal with bad base64': (parts) => parts.with(4, '%%%').join('*'),
    'a seal of many parts': (parts) => [...parts, ...parts].join('*'),
    'a seal of no parts': () => 'Fe26.2*******~2',
    'a seal of another version': (parts) => parts.join('*').replace('~2', '~1'),
    'a token in the place of a seal': () => alice.accessToken,
    'JSON in the place of a seal': () => encodeURIComponent(JSON.stringify(alice)),
    'a seal of a megabyte of nothing': () => 'x'.repeat(5_000),
  };

  it.each(Object.entries(tampered))('gets nobody in with %s', async (_, forge) => {
    const seal = await makeSeal(alice);
    await expectNobody(forge(seal.split('*')));
  });

  it('gets nobody in with a seal of their own password', async () => {
    await expectNobody(await makeSeal(alice, strangersPassword));
  });

  it('gets nobody in with the cookie of a login', async () => {
    await browser.send(`${url}/login`);
    const [login = ''] = Object.values(await browser.cookies(url));
    expect(login).toMatch(/^[\w-]{60,}$/);
    await expectNobody(login);
  });

  it('finishes no login with a session for its cookie', async () => {
    const callback = await browser.signInUpToCallback(url);
    const [name = ''] = Object.keys(await browser.cookies(url));
    await browser.plant(url, name, await makeSeal(alice));
    expect((await browser.visit(callback)).url).toBe(`${url}/login?error=state_mismatch`);
  });
});

describe('a seal of the right password', () => {
  it.each([
    ['no JSON', sealIron('no json', password)],
    ['a list', sealIron('[]', password)],
    ['null', sealIron('null', password)],
    ['nothing', sealIron('', password)],
  ])('that holds %s is no session', async (_, seal) => {
    await expectNobody(seal);
  });

  it.each([
    [
      'a state and a verifier, as AuthKit’s own libraries seal them',
      { nonce: 'x', codeVerifier: 'y', returnPathname: '/' },
    ],
    ['a session without a user', { ...alice, user: undefined }],
    ['a session without tokens', { user: alice.user }],
    ['a session whose token is a number', { ...alice, accessToken: 1 }],
    ['a session whose token is no token', { ...alice, accessToken: 'a.b.c' }],
    ['a session whose token has another’s signature', { ...alice, accessToken: spliced() }],
  ])('that holds %s is no session', async (_, content) => {
    await expectNobody(await makeSeal(content));
  });

  it.each([
    ["Alice's token beside Bob's profile", () => ({ ...alice, user: bob.user })],
    ["Alice's token beside Bob's id", () => ({ ...alice, user: { ...alice.user, id: bob.user.id } })],
    ["Bob's token beside Alice's profile", () => ({ ...alice, accessToken: bob.accessToken })],
  ])('that holds %s is nobody', async (_, content) => {
    await expectNobody(await makeSeal(content()));
  });

  it('speaks for the organization, roles and session of its token, whatever else it holds', async () => {
    const dressedUp = {
      ...alice,
      organizationId: 'org_of_somebody_else',
      roles: ['owner'],
      sessionId: 'x',
      role: 'owner',
    };
    await browser.plant(url, 'wos-session', await makeSeal(dressedUp));
    const session: unknown = JSON.parse((await browser.send(`${url}/session`)).body);
    expect(session).toMatchObject({ organizationId: decodeJwt(alice.accessToken)['org_id'], roles: ['admin'] });
  });
});

describe('a token that WorkOS did not sign', () => {
  const claims = decodeJwt(alice.accessToken);
  const { kid = '' } = decodeProtectedHeader(alice.accessToken);
  const later = Math.floor(Date.now() / 1000) + 300;
  const forge = (header: JWTHeaderParameters) =>
    new SignJWT({ ...claims, exp: later }).setProtectedHeader({ kid, ...header });

  it('is nobody without a signature', async () => {
    const accessToken = new UnsecuredJWT({ ...claims, exp: later }).encode();
    await expectNobody(await makeSeal({ ...alice, accessToken }));
  });

  it('is nobody with a key of its own, under the name of WorkOS’s', async () => {
    const { privateKey } = await generateKeyPair('RS256');
    const accessToken = await forge({ alg: 'RS256' }).sign(privateKey);
    await expectNobody(await makeSeal({ ...alice, accessToken }));
  });

  it('is nobody when it brings its key along', async () => {
    const { privateKey, publicKey } = await generateKeyPair('RS256', { extractable: true });
    const own = { jwk: await exportJWK(publicKey), jku: 'https://evil.example/jwks' };
    const accessToken = await forge({ alg: 'RS256', ...own }).sign(privateKey);
    await expectNobody(await makeSeal({ ...alice, accessToken }));
  });

  it("is nobody when it is signed with WorkOS's public key as a secret", async () => {
    const jwks = await (await fetch(`${workos.url}/sso/jwks/${workos.clientId}`)).text();
    const accessToken = await forge({ alg: 'HS256' }).sign(new TextEncoder().encode(jwks));
    await expectNobody(await makeSeal({ ...alice, accessToken }));
  });
});

describe("a login's cookie of another stage", () => {
  it('is none of this one, though the password is the same', async () => {
    const login = startLogin({ issuedAt: new Date(), provider: 'authkit', returnTo: '/dashboard' }, passwords, 'prod');
    await browser.plant(url, login.cookieName, login.cookieValue);
    expect((await browser.visit(`${url}/callback?code=x&state=${login.state}`)).url).toBe(
      `${url}/login?error=state_mismatch`,
    );
  });
});

function turnBit(text: string): string {
  const bytes = Buffer.from(text, 'base64url');
  bytes.writeUInt8(bytes.readUInt8(20) ^ 1, 20);
  return bytes.toString('base64url');
}

/** Alice's claims under the signature of Bob's. */
function spliced(): string {
  const [header, payload] = alice.accessToken.split('.');
  return [header, payload, bob.accessToken.split('.')[2]].join('.');
}
