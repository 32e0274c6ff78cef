/** Threat 8: prefetch, prerender and HEAD use up a login, and a link on another site signs out (Chrome's prerender2; next-auth's and authkit-nextjs's prefetch issues). */
import { beforeEach, describe, expect, it } from 'vitest';
import { startGatehouse } from '../support/gatehouse.ts';
import { callsDuring } from '../support/outbound-calls.ts';
import { expireAccessToken, sealOf } from '../support/session-seals.ts';
import { type Answer, UserAgent } from '../support/user-agent.ts';

const gatehouse = await startGatehouse();
const { url, workos } = gatehouse;

const prefetches = [
  ['sec-purpose', 'prefetch'],
  ['sec-purpose', 'prefetch;prerender'],
  ['sec-purpose', 'prefetch;anonymous-client-ip'],
  ['purpose', 'prefetch'],
  ['x-moz', 'prefetch'],
  ['x-purpose', 'preview'],
] as const;

let browser: UserAgent;
beforeEach(() => {
  browser = new UserAgent();
});

function expectRefused(answer: Answer): void {
  expect(answer.status).toBe(503);
  expect(answer.setCookies).toStrictEqual([]);
  expect(answer.location).toBeUndefined();
  expect(answer.headers.get('cache-control')).toBe('private, no-store');
}

describe.each(prefetches.slice(0, 5))('%s: %s', (name, value) => {
  const options = { headers: { [name]: value } };

  it('of /login starts no login', async () => {
    expectRefused(await browser.send(`${url}/login`, options));
  });

  it('of /callback leaves the code and the login for the real visit', async () => {
    const callback = await browser.signInUpToCallback(url);
    const calls = await callsDuring(gatehouse, async () => expectRefused(await browser.send(callback, options)));
    expect(calls).not.toHaveProperty('workos.authenticate');
    expect((await browser.visit(callback)).body).toContain('Signed in as');
  });

  it('of /logout signs nobody out', async () => {
    await browser.signIn(url);
    expectRefused(await browser.send(`${url}/logout`, options));
    expect((await browser.send(`${url}/session`)).status).toBe(200);
    expect(workos.sessions.at(-1)?.endedAt).toBeUndefined();
  });

  it('of a page shows it when that changes nothing', async () => {
    await browser.signIn(url);
    for (const path of ['/', '/dashboard']) {
      const answer = await browser.send(url + path, options);
      expect(answer.status).toBe(200);
      expect(answer.setCookies).toStrictEqual([]);
    }
  });

  it('of a page whose session has to be refreshed leaves that to the real visit', async () => {
    await browser.signIn(url);
    await expireAccessToken(gatehouse, browser);
    const seal = await sealOf(browser, url);
    const calls = await callsDuring(gatehouse, async () => {
      for (const path of ['/', '/session', '/dashboard']) expectRefused(await browser.send(url + path, options));
    });
    expect(calls).not.toHaveProperty('workos.authenticate');
    expect(await sealOf(browser, url)).toBe(seal);
    expect((await browser.send(`${url}/dashboard`)).status).toBe(200);
  });

  it('of a page removes no cookie', async () => {
    await browser.plant(url, 'wos-session', 'broken');
    for (const path of ['/', '/session', '/dashboard']) {
      expect((await browser.send(url + path, options)).setCookies).toStrictEqual([]);
    }
  });
});

describe('HEAD', () => {
  it('of /login starts no login', async () => {
    const answer = await browser.send(`${url}/login`, { method: 'HEAD' });
    expect(answer.setCookies).toStrictEqual([]);
    expect(answer.location).toBeUndefined();
  });

  it('of /callback and /logout leaves the login and the session as they are', async () => {
    const callback = await browser.signInUpToCallback(url);
    await browser.send(callback, { method: 'HEAD' });
    await browser.visit(callback);
    await browser.send(`${url}/logout`, { method: 'HEAD' });
    expect((await browser.send(`${url}/session`)).status).toBe(200);
  });

  it('of a page refreshes nothing', async () => {
    await browser.signIn(url);
    await expireAccessToken(gatehouse, browser);
    const calls = await callsDuring(gatehouse, () => browser.send(`${url}/dashboard`, { method: 'HEAD' }));
    expect(calls).toStrictEqual({});
  });
});

describe('another site', () => {
  const fromElsewhere = { 'sec-fetch-site': 'cross-site' };

  it.each([
    ['a link', { 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' }],
    ['an image', { 'sec-fetch-mode': 'no-cors', 'sec-fetch-dest': 'image' }],
    ['a frame', { 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'iframe' }],
    ['a script', { 'sec-fetch-mode': 'cors', 'sec-fetch-dest': 'empty' }],
  ])('signs nobody out by %s', async (_, headers) => {
    await browser.signIn(url);
    const answer = await browser.send(`${url}/logout`, { headers: { ...fromElsewhere, ...headers } });
    expect(answer.setCookies).toStrictEqual([]);
    expect(answer.location).toBeUndefined();
    expect(workos.sessions.at(-1)?.endedAt).toBeUndefined();
  });

  it('signs nobody out by a request that comes without cookies, as SameSite=Lax makes it', async () => {
    await browser.signIn(url);
    const answer = await new UserAgent().send(`${url}/logout`, {
      headers: { ...fromElsewhere, 'sec-fetch-dest': 'image' },
    });
    expect(answer.setCookies).toStrictEqual([]);
  });

  it('signs nobody out by a form', async () => {
    await browser.signIn(url);
    const headers = { ...fromElsewhere, origin: 'https://evil.example' };
    const answer = await browser.send(`${url}/logout`, { method: 'POST', headers });
    expect(answer.status).toBe(403);
    expect(answer.setCookies).toStrictEqual([]);
  });
});
