/** Threat 18: a consent that one person begins and another ends (OAuth session fixation), by a shared link or a changed account. */
import { beforeEach, describe, expect, it } from 'vitest';
import { startConnect as startTransaction } from '../../functions/shared/domain/connect-transaction.ts';
import { startLogin } from '../../functions/shared/domain/login-transaction.ts';
import {
  aliceOnTheWeb,
  bobOnTheWeb,
  bobsAccount,
  type Browser,
  type ConnectUnderTest,
  endOf,
  grantFrom,
  startConnect,
} from '../support/connect-under-test.ts';
import { passwords } from '../support/cookie-passwords.ts';

const changed = { connect_error: 'session_changed' };
const failed = { connect_error: 'auth_failed' };

describe.each(['workos', 'direct'] as const)('a consent with connectVia: %s', (via) => {
  let world: ConnectUnderTest;
  let browser: Browser;
  let code: string;
  beforeEach(async () => {
    world = startConnect({ via });
    browser = world.browser('alice');
    code =
      via === 'workos'
        ? world.consentAtWorkos()
        : world.keeping.providers.google.code({ id: '1001', address: 'alice@example.com' }, ['mail']);
    await browser.connect();
  });

  async function expectNothing(): Promise<void> {
    expect(world.exchanges()).toBe(0);
    for (const session of [aliceOnTheWeb, bobOnTheWeb]) expect(await world.statusOf(session)).toBe('not_connected');
  }

  it('is connected where it began', async () => {
    expect(endOf(await browser.comeBack({ code }))).toStrictEqual({ connected: 'gmail' });
  });

  it.each([
    ['another user has signed in meanwhile', 'bob'],
    ['the same user has signed in anew', 'alice elsewhere'],
    ['the user has signed out', undefined],
    ['the session’s cookie opens nothing', 'nobodys'],
  ])('exchanges nothing when %s', async (_, seal) => {
    browser.signInAs(seal);
    expect(endOf(await browser.comeBack({ code }))).toStrictEqual(changed);
    await expectNothing();
  });

  it('exchanges nothing when the session was ended elsewhere', async () => {
    world.endedSessions.add(aliceOnTheWeb.sessionId);
    expect(endOf(await browser.comeBack({ code }))).toStrictEqual(changed);
    await expectNothing();
  });

  it('exchanges nothing for an impersonator', async () => {
    browser.signInAs('impersonator');
    const { status, location } = await browser.comeBack({ code });
    expect([status, location]).toStrictEqual([403, undefined]);
    await expectNothing();
  });

  it('exchanges nothing in another browser, whoever is signed in there: a shared link', async () => {
    const state = await stateOf(browser);
    for (const seal of ['alice', 'bob', undefined]) {
      expect(endOf(await world.browser(seal).comeBack({ code, state }))).toStrictEqual(failed);
    }
    await expectNothing();
  });

  it('exchanges nothing with the state of another browser’s flow, nor with one that nobody made', async () => {
    const victim = world.browser('bob');
    await victim.connect();
    for (const state of [await stateOf(browser), 'made-up', '']) {
      expect(endOf(await victim.comeBack({ code, state }))).toStrictEqual(failed);
    }
    await expectNothing();
  });

  it('exchanges nothing with a cookie that an attacker’s browser was given', async () => {
    // Planted by a sibling domain, beside the victim's own session.
    const state = await stateOf(browser);
    const victim = world.browser('bob');
    victim.cookies = [...victim.cookies, ...browser.cookies.filter((pair) => pair.startsWith('__Host-gh-login-'))];
    expect(endOf(await victim.comeBack({ code, state }))).toStrictEqual(changed);
    await expectNothing();
  });

  it('exchanges nothing when the cookie of the flow is there twice', async () => {
    const own = browser.cookies.find((pair) => pair.startsWith('__Host-gh-login-')) ?? '';
    browser.cookies = [...browser.cookies, own];
    expect(endOf(await browser.comeBack({ code }))).toStrictEqual(failed);
    await expectNothing();
  });

  it('exchanges nothing at another module’s callback', async () => {
    expect(endOf(await browser.comeBack({ code }, world.modules.github))).toStrictEqual(failed);
    await expectNothing();
  });

  it('exchanges nothing for the state and the cookie of a sign-in', async () => {
    const issuedAt = world.keeping.parts.clock();
    const login = startLogin({ issuedAt, provider: 'GoogleOAuth', returnTo: undefined }, passwords, 'prod');
    browser.cookies = [...browser.cookies, `${login.cookieName}=${login.cookieValue}`];
    expect(endOf(await browser.comeBack({ code, state: login.state }))).toStrictEqual(failed);
    await expectNothing();
  });

  it('exchanges nothing for a consent that another stage began', async () => {
    const { sessionId, userId } = aliceOnTheWeb;
    const issuedAt = world.keeping.parts.clock();
    const transaction = { issuedAt, module: 'gmail', session: { sessionId, userId }, returnTo: undefined };
    const other = startTransaction(transaction, passwords, 'dev');
    browser.cookies = [...browser.cookies, `${other.cookieName}=${other.cookieValue}`];
    expect(endOf(await browser.comeBack({ code, state: other.state }))).toStrictEqual(failed);
    await expectNothing();
  });

  it('is exchanged once, also by a browser that kept its cookie', async () => {
    const { cookies } = browser;
    expect(endOf(await browser.comeBack({ code }))).toStrictEqual({ connected: 'gmail' });
    browser.cookies = cookies;
    expect(endOf(await browser.comeBack({ code }))).toStrictEqual(failed);
    expect(world.exchanges()).toBe(1);
    expect(await world.statusOf(aliceOnTheWeb)).toBe('connected');
  });

  it('is exchanged once when it comes back five times at once', async () => {
    const answers = await Promise.all([1, 2, 3, 4, 5].map(() => browser.comeBack({ code })));
    const ends = answers.map((answer) => endOf(answer));
    expect(ends.filter((end) => 'connected' in end)).toHaveLength(1);
    expect(world.exchanges()).toBe(1);
  });

  it('takes nothing from an earlier connection, however it fails', async () => {
    await browser.comeBack({ code });
    await browser.connect();
    browser.signInAs('bob');
    expect(endOf(await browser.comeBack({ code: 'another' }))).toStrictEqual(changed);
    expect(await world.statusOf(aliceOnTheWeb)).toBe('connected');
  });
});

describe('a consent by way of WorkOS', () => {
  it('keeps nothing when the user switched to another account at the provider, and ends the session it made', async () => {
    const world = startConnect();
    const browser = world.browser('alice');
    const before = world.consentAtWorkos();
    await browser.connect();
    await browser.comeBack({ code: before });

    const grant = grantFrom(world.keeping, world.modules.gmail, bobsAccount);
    const { workosUserId } = bobOnTheWeb;
    const code = world.consentAtWorkos({ grant, workosUserId, workosSessionId: 'session_of_bob' });
    await browser.connect();
    const answer = await browser.comeBack({ code });
    expect(endOf(answer)).toStrictEqual({ connect_error: 'account_mismatch' });
    expect(answer.cookies.filter((cookie) => cookie.startsWith('wos-session'))).toStrictEqual([]);
    expect(world.remoteSessions.revoked).toContain('session_of_bob');
    const { account } = (await world.keeping.keeper.find(aliceOnTheWeb.userId, world.modules.gmail)) ?? {};
    expect(account?.id).toBe('1001');
    expect(await world.statusOf(bobOnTheWeb)).toBe('not_connected');
  });
});

/** Of one more flow of this browser's. */
async function stateOf(browser: Browser): Promise<string> {
  const { location = '' } = await browser.connect();
  return new URL(location).searchParams.get('state') ?? '';
}
