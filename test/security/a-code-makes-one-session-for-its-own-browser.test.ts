/** Threat 5: code injection, replay and PKCE downgrade (GHSA-7w99-5wm4-3g79; supabase#2612, #2483). */
import { createHash } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import { openLogin } from '../../functions/shared/domain/login-transaction.ts';
import { passwords } from '../support/cookie-passwords.ts';
import { startGatehouse } from '../support/gatehouse.ts';
import { UserAgent } from '../support/user-agent.ts';

const gatehouse = await startGatehouse();
const { url, workos } = gatehouse;

let browser: UserAgent;
beforeEach(() => {
  browser = new UserAgent();
});

const isSignedIn = async (): Promise<boolean> => (await browser.send(`${url}/session`)).status === 200;

async function loginCookie(): Promise<{ readonly name: string; readonly value: string }> {
  const [cookie] = await browser.loginCookies(url);
  if (cookie === undefined) throw new Error('no login is under way');
  return cookie;
}

describe('the same callback several times at once', () => {
  it('makes one session, and the user is signed in', async () => {
    const callback = await browser.signInUpToCallback(url);
    const sessionsBefore = workos.sessions.length;
    const answers = await Promise.all(Array.from({ length: 5 }, () => browser.send(callback)));
    expect(workos.sessions).toHaveLength(sessionsBefore + 1);
    expect(answers.filter(({ location }) => location === `${url}/`)).toHaveLength(1);
    const sealed = answers.flatMap(({ setCookies }) => setCookies).filter((value) => /^wos-session=.+?;/.test(value));
    expect(sealed).toHaveLength(1);
    expect(await isSignedIn()).toBe(true);
  });
});

describe('a code that was used', () => {
  it('is refused even to a browser that kept the login’s cookie', async () => {
    const callback = await browser.signInUpToCallback(url);
    const { name, value } = await loginCookie();
    await browser.visit(callback);
    await browser.visit(`${url}/logout`);
    await browser.plant(url, name, value);
    expect((await browser.visit(callback)).url).toBe(`${url}/login?error=auth_failed`);
    expect(await isSignedIn()).toBe(false);
  });
});

describe("a stranger's code in a login of one's own", () => {
  it('is refused for its verifier, and burned', async () => {
    const stranger = new UserAgent();
    const foreign = await stranger.signInUpToCallback(url, { login_hint: 'bob@example.com' });
    const own = new URL(await browser.signInUpToCallback(url));
    own.searchParams.set('code', new URL(foreign).searchParams.get('code') ?? '');

    expect((await browser.visit(own.href)).url).toBe(`${url}/login?error=auth_failed`);
    expect(await isSignedIn()).toBe(false);
    expect((await stranger.visit(foreign)).url).toBe(`${url}/login?error=auth_failed`);
  });

  it('that was issued without PKCE is refused too', async () => {
    const unbound = new URL(await workos.callbackWithoutState('bob@example.com')).searchParams.get('code') ?? '';
    const own = new URL(await browser.signInUpToCallback(url));
    own.searchParams.set('code', unbound);
    const sessionsBefore = workos.sessions.length;
    expect((await browser.visit(own.href)).url).toMatch(/\/login\?error=/);
    expect(workos.sessions).toHaveLength(sessionsBefore);
    expect(await isSignedIn()).toBe(false);
  });
});

describe('PKCE', () => {
  it.each([
    '',
    '?code_challenge_method=plain',
    '?code_challenge=attacker&code_challenge_method=plain',
    '?code_challenge=',
    '?code_verifier=attacker',
    '?response_type=token',
    '?response_mode=fragment',
  ])('is S256 with a challenge of our own, whatever /login is asked: %j', async (query) => {
    const { location } = await browser.send(`${url}/login${query}`);
    const asked = new URL(location ?? '').searchParams;
    const login = openLogin(await loginCookie(), passwords, 'local');
    expect(login?.codeVerifier).toMatch(/^[\w-]{43}$/);
    expect(asked.getAll('code_challenge_method')).toStrictEqual(['S256']);
    expect(asked.getAll('code_challenge')).toStrictEqual([
      createHash('sha256')
        .update(login?.codeVerifier ?? '')
        .digest('base64url'),
    ]);
    expect(asked.getAll('response_type')).toStrictEqual(['code']);
  });

  it('keeps its verifier out of everything that the browser could show', async () => {
    const answer = await browser.send(`${url}/login`);
    const verifier = openLogin(await loginCookie(), passwords, 'local')?.codeVerifier ?? 'none';
    const shown = JSON.stringify([...answer.headers]) + answer.body;
    expect(shown).not.toContain(verifier);
    expect(Buffer.from((await loginCookie()).value, 'base64url').toString('latin1')).not.toContain(verifier);
  });
});
