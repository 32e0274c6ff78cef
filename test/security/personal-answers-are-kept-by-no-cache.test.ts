/** Threat 10: a cache hands one user's session or page to another (CVE-2025-64762 authkit-nextjs, CVE-2025-48947 nextjs-auth0). */
import { afterAll, describe, expect, it } from 'vitest';
import { startGatehouse } from '../support/gatehouse.ts';
import { expireAccessToken, sealOf } from '../support/session-seals.ts';
import { type SendOptions, UserAgent } from '../support/user-agent.ts';

const gatehouse = await startGatehouse();
const { url, faults } = gatehouse;
afterAll(() => faults.clear());

const nobody = (): UserAgent => new UserAgent();

async function signedIn(): Promise<UserAgent> {
  const browser = new UserAgent();
  await browser.signIn(url);
  return browser;
}

async function withExpiredToken(): Promise<UserAgent> {
  const browser = await signedIn();
  await expireAccessToken(gatehouse, browser);
  return browser;
}

async function withBrokenCookie(): Promise<UserAgent> {
  const browser = new UserAgent();
  await browser.plant(url, 'wos-session', 'broken');
  return browser;
}

const visitors = { nobody, signedIn, withExpiredToken, withBrokenCookie };
const paths = [
  '/',
  '/login',
  '/login?error=access_denied',
  '/callback',
  '/dashboard',
  '/session',
  '/logout',
  '/nothing',
];

const requests: readonly (readonly [what: string, path: string, options: SendOptions])[] = [
  ...paths.map((path) => [`GET ${path}`, path, {}] as const),
  ['GET /callback?error', '/callback?error=access_denied', {}],
  ['GET /callback?state', '/callback?code=x&state=y', {}],
  ['GET /login with a bad parameter', '/login?provider=x', {}],
  ['GET /assets of another version', '/assets/x.css', {}],
  ['HEAD /session', '/session', { method: 'HEAD' }],
  ['OPTIONS /session', '/session', { method: 'OPTIONS' }],
  ['POST /session', '/session', { method: 'POST' }],
  ['POST /nothing', '/nothing', { method: 'POST', headers: { accept: 'text/html' } }],
  ['POST /logout', '/logout', { method: 'POST', headers: { origin: url } }],
  ['POST /logout of another site', '/logout', { method: 'POST', headers: { origin: 'https://evil.example' } }],
  ['POST /logout too large', '/logout', { method: 'POST', body: 'x'.repeat(17_000) }],
  ['GET /logout from another site', '/logout', { headers: { 'sec-fetch-site': 'cross-site' } }],
  ['a prefetch of /login', '/login', { headers: { 'sec-purpose': 'prefetch' } }],
  ['a prefetch of /dashboard', '/dashboard', { headers: { 'sec-purpose': 'prefetch' } }],
  ['GET /session with If-None-Match', '/session', { headers: { 'if-none-match': '*' } }],
  ['GET /session with Authorization', '/session', { headers: { authorization: 'Bearer x' } }],
];

function expectPrivate(headers: Headers): void {
  expect(headers.get('cache-control')).toBe('private, no-store');
  expect(headers.get('vary')?.split(/, */)).toEqual(expect.arrayContaining(['Cookie', 'Authorization']));
  expect(headers.get('etag')).toBeNull();
  expect(headers.get('last-modified')).toBeNull();
  expect(headers.get('expires')).toBeNull();
  expect(headers.get('x-content-type-options')).toBe('nosniff');
  expect(headers.get('strict-transport-security')).toMatch(/^max-age=\d{8,}/);
}

/** No page may run a script or be framed, or tell another site where its visitor came from. */
function expectStrictPage(headers: Headers): void {
  const isPage = headers.get('content-type')?.startsWith('text/html') ?? false;
  const policy = headers.get('content-security-policy') ?? '';
  const has = (directive: string) => policy.split('; ').includes(directive);
  expect(isPage).toBe(has("default-src 'none'") && has("frame-ancestors 'none'") && has("base-uri 'none'"));
  expect(headers.get('referrer-policy')).toBe(isPage ? 'no-referrer' : null);
  expect(policy).not.toMatch(/script-src|unsafe|\*/);
}

describe.each(Object.entries(visitors))('a visitor who is %s', (_, visitor) => {
  it.each(requests)('is answered for themselves alone: %s', async (_what, path, options) => {
    const { headers } = await (await visitor()).send(url + path, options);
    expectPrivate(headers);
    expectStrictPage(headers);
  });
});

describe('a login that ends', () => {
  it('is answered for its user alone', async () => {
    const browser = new UserAgent();
    expectPrivate((await browser.send(await browser.signInUpToCallback(url))).headers);
  });
});

describe('a failure of our own', () => {
  it('is kept by nobody', async () => {
    const browser = await withExpiredToken();
    faults.set('workos.authenticate=503');
    for (const path of ['/', '/session', '/dashboard']) {
      const { status, headers } = await browser.send(url + path);
      expect(status).toBe(503);
      expectPrivate(headers);
    }
    faults.clear();
  });
});

describe('a sealed value', () => {
  it('is in no header but Set-Cookie, and in no body', async () => {
    const browser = await withExpiredToken();
    const seals = [await sealOf(browser, url)];
    for (const [, path, options] of requests) {
      const answer = await browser.send(url + path, options);
      seals.push(...answer.setCookies.flatMap((cookie) => /^wos-session=([^;]+)/.exec(cookie)?.[1] ?? []));
      const rest = [...answer.headers].filter(([name]) => name !== 'set-cookie');
      const shown = JSON.stringify(rest) + answer.body;
      expect(seals.filter((seal) => shown.includes(seal))).toStrictEqual([]);
      expect(shown).not.toContain('Fe26.2');
    }
  });
});
