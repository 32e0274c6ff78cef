/** Threat 7: cookie tossing; a sibling domain sets cookies of our names beside ours (Squarcina et al., "Cookie Crumbles", USENIX Security 2023). */
import { beforeEach, describe, expect, it } from 'vitest';
import { startGatehouse } from '../support/gatehouse.ts';
import { callsDuring } from '../support/outbound-calls.ts';
import { sendRaw } from '../support/raw-request.ts';
import { sealOf } from '../support/session-seals.ts';
import { UserAgent } from '../support/user-agent.ts';

const gatehouse = await startGatehouse();
const { url } = gatehouse;

const alice = new UserAgent();
await alice.signIn(url);
const bob = new UserAgent();
await bob.signIn(url, { login_hint: 'bob@example.com' });
const [own, tossed] = [`wos-session=${await sealOf(alice, url)}`, `wos-session=${await sealOf(bob, url)}`];

const get = async (path: string, ...cookieLines: readonly string[]) =>
  sendRaw(url, { path, headers: cookieLines.map((line) => ['Cookie', line] as const) });

describe('two wos-session cookies', () => {
  it.each([
    ["ours before another user's", [`${own}; ${tossed}`]],
    ["another user's before ours", [`${tossed}; ${own}`]],
    ['ours and an empty one', [`${own}; wos-session=`]],
    ['ours and junk', [`wos-session=junk; ${own}`]],
    ['ours twice', [`${own}; ${own}`]],
    ['ours and another in a header line of its own', [own, tossed]],
    ['ours among others', [`a=1; ${own}; b=2; ${tossed}; c=3`]],
  ])('sign nobody in: %s', async (_, lines) => {
    const session = await get('/session', ...lines);
    expect(session.status).toBe(401);
    expect(session.setCookies).toStrictEqual([]);
    expect((await get('/', ...lines)).body).not.toMatch(/alice@|bob@/);
    expect((await get('/dashboard', ...lines)).headers['location']).toBe('/login?return_to=/dashboard');
  });

  it('name nobody to sign out, and neither is removed: the tossed one would be left to count', async () => {
    const eventsBefore = gatehouse.aws.events.length;
    const answer = await get('/logout', `${own}; ${tossed}`);
    expect(answer.headers['location']).toBe('/');
    expect(answer.setCookies).toStrictEqual([]);
    expect(gatehouse.aws.events).toHaveLength(eventsBefore);
  });
});

describe('a cookie whose name is only like ours', () => {
  it.each([
    'WOS-SESSION',
    'Wos-Session',
    'wos-session2',
    'xwos-session',
    '__Host-wos-session',
    'wos%2Dsession',
    'a=1,wos-session',
  ])('is none of ours: %s', async (name) => {
    expect((await get('/session', own.replace('wos-session', name))).status).toBe(401);
  });
});

describe("two cookies for a login's name", () => {
  let victim: UserAgent;
  let callback: string;
  let name: string;
  let value: string;
  beforeEach(async () => {
    victim = new UserAgent();
    callback = await victim.signInUpToCallback(url);
    [{ name, value } = { name: '', value: '' }] = await victim.loginCookies(url);
  });

  it.each([
    ['before', () => `${name}=tossed; ${name}=${value}`],
    ['after', () => `${name}=${value}; ${name}=tossed`],
    ['the same', () => `${name}=${value}; ${name}=${value}`],
  ])('finish nothing: %s', async (_, cookies) => {
    const { pathname, search } = new URL(callback);
    const calls = await callsDuring(gatehouse, async () => {
      const answer = await get(pathname + search, cookies());
      expect(answer.headers['location']).toBe('/login?error=state_mismatch');
      expect(answer.setCookies.filter((cookie) => cookie.startsWith('wos-session'))).toStrictEqual([]);
    });
    expect(calls).not.toHaveProperty('workos.authenticate');
  });
});

describe('the cookies that we set', () => {
  it('are bound to this host, kept from scripts and from other sites', async () => {
    const browser = new UserAgent();
    const started = await browser.send(`${url}/login`);
    expect(started.setCookies).toStrictEqual([
      expect.stringMatching(/^__Host-gh-login-[\w-]{12}=[\w-]+; Max-Age=600; Path=\/; HttpOnly; Secure; SameSite=Lax$/),
    ]);
    const finished = await browser.send(await browser.signInUpToCallback(url));
    expect(finished.setCookies.toSorted()).toStrictEqual([
      expect.stringMatching(/^__Host-gh-login-[\w-]{12}=; Max-Age=0; Path=\/; HttpOnly; Secure; SameSite=Lax$/),
      expect.stringMatching(
        /^wos-session=Fe26\.2\*[\w*-]+~2; Max-Age=34560000; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
      ),
    ]);
  });
});
