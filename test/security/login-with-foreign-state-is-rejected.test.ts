/** Threat 4: login CSRF, a callback that this browser did not start (Auth.js GHSA-x445-f3h2-j279; authkit-nextjs before 3.0.0, #388). */
import { beforeEach, describe, expect, it } from 'vitest';
import { startLogin } from '../../functions/shared/domain/login-transaction.ts';
import { passwords, strangersPassword } from '../support/cookie-passwords.ts';
import { startGatehouse } from '../support/gatehouse.ts';
import { callsDuring } from '../support/outbound-calls.ts';
import { UserAgent } from '../support/user-agent.ts';

const gatehouse = await startGatehouse();
const { url } = gatehouse;

let attacker: UserAgent;
let victim: UserAgent;
beforeEach(() => {
  attacker = new UserAgent();
  victim = new UserAgent();
});

const asBob = { login_hint: 'bob@example.com' };
const parametersOf = (callback: string) => Object.fromEntries(new URL(callback).searchParams);
const callbackWith = (parameters: Record<string, string>) => `${url}/callback?${new URLSearchParams(parameters)}`;

async function loginCookie(browser: UserAgent): Promise<{ readonly name: string; readonly value: string }> {
  const [cookie] = await browser.loginCookies(url);
  if (cookie === undefined) throw new Error('no login is under way');
  return cookie;
}

/** Exchanges nothing, signs nobody in, and says so. */
async function expectRejected(browser: UserAgent, callback: string): Promise<void> {
  const calls = await callsDuring(gatehouse, async () => {
    const page = await browser.visit(callback);
    expect(page.url).toBe(`${url}/login?error=state_mismatch`);
    expect(page.body).toContain('<code>state_mismatch</code>');
  });
  expect(Object.keys(calls).filter((call) => /workos\.authenticate|dynamodb|events/.test(call))).toStrictEqual([]);
  expect(await browser.cookies(url)).not.toHaveProperty('wos-session');
}

describe("an attacker's callback in a victim's browser", () => {
  it('signs nobody in, and the code stays good for the browser that began', async () => {
    const callback = await attacker.signInUpToCallback(url, asBob);
    await expectRejected(victim, callback);
    expect((await attacker.visit(callback)).body).toContain('Bob Baker');
  });

  it('signs nobody in while the victim has a login of their own under way, which it leaves alone', async () => {
    const own = await victim.signInUpToCallback(url);
    await expectRejected(victim, await attacker.signInUpToCallback(url, asBob));
    expect((await victim.visit(own)).body).toContain('Alice Archer');
  });

  it('leaves a victim who is signed in who they are', async () => {
    await victim.signIn(url);
    const callback = await attacker.signInUpToCallback(url, asBob);
    const calls = await callsDuring(gatehouse, async () => {
      expect((await victim.visit(callback)).body).toContain('Alice Archer');
    });
    expect(calls).not.toHaveProperty('workos.authenticate');
  });

  it('without its state starts a login of the victim’s own', async () => {
    const { code = '' } = parametersOf(await attacker.signInUpToCallback(url, asBob));
    const calls = await callsDuring(gatehouse, async () => {
      expect((await victim.send(callbackWith({ code }))).location).toBe(`${url}/login`);
    });
    expect(calls).toStrictEqual({});
  });
});

describe('a state', () => {
  let callback: string;
  beforeEach(async () => {
    callback = await victim.signInUpToCallback(url);
  });

  it.each([
    ['empty', () => ''],
    ['made up', () => 'A'.repeat(39)],
    ['cut', (state: string) => state.slice(0, -1)],
    ['longer', (state: string) => `${state}A`],
    ['changed in its first character', (state: string) => (state.startsWith('A') ? 'B' : 'A') + state.slice(1)],
    ['changed in its last character', (state: string) => state.slice(0, -1) + (state.endsWith('A') ? 'E' : 'A')],
    ['in other letters', (state: string) => state.toLowerCase()],
    ['padded', (state: string) => `${state}=`],
    [
      'of another stage',
      () => startLogin({ issuedAt: new Date(), provider: 'authkit', returnTo: undefined }, passwords, 'prod').state,
    ],
    [
      'of another password',
      () =>
        startLogin({ issuedAt: new Date(), provider: 'authkit', returnTo: undefined }, [strangersPassword], 'local')
          .state,
    ],
  ])('that is %s is rejected', async (_, change) => {
    const { code = '', state = '' } = parametersOf(callback);
    await expectRejected(victim, callbackWith({ code, state: change(state) }));
  });

  it('that is there twice is rejected', async () => {
    const { state = '' } = parametersOf(callback);
    await expectRejected(victim, `${callback}&state=${state}`);
  });
});

describe('a state of one login with the cookie of another', () => {
  it('is rejected in the same browser', async () => {
    const first = parametersOf(await victim.signInUpToCallback(url));
    const { name } = await loginCookie(victim);
    const other = new UserAgent();
    await other.signInUpToCallback(url);
    const { value } = await loginCookie(other);
    await victim.plant(url, name, value);
    await expectRejected(victim, callbackWith({ code: first['code'] ?? '', state: first['state'] ?? '' }));
  });

  it('is rejected when the state is bent to name the other cookie', async () => {
    const other = new UserAgent();
    const { code = '', state = '' } = parametersOf(await other.signInUpToCallback(url, asBob));
    await victim.send(`${url}/login`);
    const { name } = await loginCookie(victim);
    // A state is an id of 9 bytes, which names the cookie, then the time and a MAC over both.
    const bent = name.slice('__Host-gh-login-'.length) + state.slice(12);
    await expectRejected(victim, callbackWith({ code, state: bent }));
  });

  it('is rejected with a cookie of another stage', async () => {
    const stranger = startLogin({ issuedAt: new Date(), provider: 'authkit', returnTo: '/x' }, passwords, 'dev');
    await victim.plant(url, stranger.cookieName, stranger.cookieValue);
    await expectRejected(victim, callbackWith({ code: 'x', state: stranger.state }));
  });
});

describe('a login', () => {
  it('can be finished once: its cookie goes with the first callback, whatever comes of it', async () => {
    const callback = await victim.signInUpToCallback(url);
    const { state = '' } = parametersOf(callback);
    await victim.visit(callbackWith({ error: 'access_denied', state }));
    await expectRejected(victim, callback);
  });
});
