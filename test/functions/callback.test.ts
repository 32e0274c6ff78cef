import { describe, expect, it } from 'vitest';
import { callback } from '../../functions/callback/callback.ts';
import { AuthError, type AuthErrorCode, workosErrorCodes } from '../../functions/shared/domain/auth-error.ts';
import type { CodeExchange, ExchangedLogin } from '../../functions/shared/domain/code-exchange.ts';
import { type LoginTransaction, startLogin } from '../../functions/shared/domain/login-transaction.ts';
import { deriveUserId } from '../../functions/shared/domain/user-id.ts';
import type { ClientInfo } from '../../functions/shared/domain/web-sessions.ts';
import { clearCookie } from '../../functions/shared/http/cookies.ts';
import { clearSessionCookie, setSessionCookie } from '../../functions/shared/http/session-cookie.ts';
import { requestId, sourceIp, userAgent } from '../support/api-gateway-event.ts';
import { askEndpoint } from '../support/ask-endpoint.ts';
import { olderPassword, passwords, strangersPassword } from '../support/cookie-passwords.ts';
import { holdClock } from '../support/held-clock.ts';
import { brokenEventBus, createMemoryEventBus } from '../support/memory-event-bus.ts';
import { createMemoryUsers } from '../support/memory-users.ts';
import { aliceSession, createMemoryWebSessions } from '../support/memory-web-sessions.ts';

const workosUserId = 'user_01HALICE';
const session = { ...aliceSession, userId: deriveUserId(workosUserId) };
const { userId, sessionId } = session;
const aliceSignedIn: ExchangedLogin = { session, workosUserId, seal: 'sealed-session' };

/** Codes that are good once, and what came of each. */
function createMemoryCodes(outcome: ExchangedLogin | Error = aliceSignedIn) {
  const exchanged: { code: string; codeVerifier: string; client: ClientInfo }[] = [];
  const codes: CodeExchange = {
    exchange: async (code, codeVerifier, client) => {
      exchanged.push({ code, codeVerifier, client });
      return outcome instanceof Error ? Promise.reject(outcome) : Promise.resolve(outcome);
    },
  };
  return { codes, exchanged };
}

function start(parts: { readonly outcome?: ExchangedLogin | Error } & Partial<Parameters<typeof callback>[0]> = {}) {
  const { outcome, ...more } = parts;
  const { codes, exchanged } = createMemoryCodes(outcome);
  const users = createMemoryUsers();
  const events = createMemoryEventBus();
  const sessions = createMemoryWebSessions({
    alice: { outcome: 'active', session },
    stale: { outcome: 'refreshed', session, seal: 'fresh' },
    unknowable: new AuthError('temporarily_unavailable', 'WorkOS is away', { cause: new Error('timeout') }),
  });
  const clock = holdClock();
  const settings = { stage: 'prod', afterLogin: '/welcome', sessionMaxAgeSeconds: 3600 };
  const endpoint = callback({
    passwords: () => Promise.resolve(passwords),
    codes,
    users,
    events,
    sessions,
    clock,
    settings,
    ...more,
  });
  const begin = (transaction: Partial<LoginTransaction> = {}, by = passwords, stage = 'prod') => {
    const login = startLogin(
      { issuedAt: clock(), provider: 'authkit', returnTo: undefined, ...transaction },
      by,
      stage,
    );
    return { ...login, pair: `${login.cookieName}=${login.cookieValue}`, cleared: clearCookie(login.cookieName) };
  };
  const ask = (query: string, cookies: readonly string[] = [], headers: Readonly<Record<string, string>> = {}) =>
    askEndpoint(endpoint, `/callback${query}`, { cookies, headers });
  return { ask, begin, clock, users, events, exchanged };
}

const sessionCookie = setSessionCookie('sealed-session', 3600);

describe('GET /callback with the code of a login that this browser started', () => {
  it('exchanges the code with its verifier, and says who is asking', async () => {
    const { ask, begin, exchanged } = start();
    const login = begin();
    await ask(`?code=the%2Bcode&state=${login.state}`, [login.pair]);
    expect(exchanged).toStrictEqual([
      { code: 'the+code', codeVerifier: login.codeVerifier, client: { ipAddress: sourceIp, userAgent } },
    ]);
  });

  it('sets the session, clears the transaction, and sends the browser to where it wanted', async () => {
    const { ask, begin } = start();
    const login = begin({ returnTo: '/dashboard?from=mail' });
    const { status, location, cookies, headers, body } = await ask(`?code=c&state=${login.state}`, [login.pair]);
    expect(status).toBe(302);
    expect(location).toBe('/dashboard?from=mail');
    expect(cookies).toStrictEqual([login.cleared, sessionCookie]);
    expect(headers).toMatchObject({ 'cache-control': 'private, no-store', vary: 'Cookie, Authorization' });
    expect(body).toBe('');
  });

  it("sends it to the stage's afterLogin where it named no place", async () => {
    const { ask, begin } = start();
    const login = begin();
    expect(await ask(`?code=c&state=${login.state}`, [login.pair])).toMatchObject({
      status: 302,
      location: '/welcome',
    });
  });

  it('takes no word of the query for where to go', async () => {
    const { ask, begin } = start();
    const login = begin();
    const query = `?code=c&state=${login.state}&return_to=https://evil.example/&redirect_uri=https://evil.example/`;
    expect((await ask(query, [login.pair])).location).toBe('/welcome');
  });

  it('records the sign-in under the derived user id', async () => {
    const { ask, begin, users, clock } = start();
    const login = begin();
    await ask(`?code=c&state=${login.state}`, [login.pair]);
    const { email, name, pictureUrl, organizationId, roles, authMethod } = session;
    const profile = { email, name, pictureUrl, organizationId, roles, authMethod };
    expect(users.stored(userId)).toStrictEqual({
      status: 'active',
      user: { userId, workosUserId, ...profile, createdAt: clock(), lastSignInAt: clock() },
    });
  });

  it('tells the bus', async () => {
    const { ask, begin, events } = start();
    const login = begin({ provider: 'GoogleOAuth' });
    await ask(`?code=c&state=${login.state}`, [login.pair]);
    const { organizationId, authMethod: method } = session;
    expect(events.published).toStrictEqual([
      {
        name: 'user.signed_in',
        detail: { userId, sessionId, origin: 'web', provider: 'GoogleOAuth', method, organizationId },
      },
    ]);
  });

  it('signs in also when the bus takes no event, and tells operators', async () => {
    const { ask, begin } = start({ events: brokenEventBus });
    const login = begin();
    const { location, cookies, log } = await ask(`?code=c&state=${login.state}`, [login.pair]);
    expect(location).toBe('/welcome');
    expect(cookies).toContain(sessionCookie);
    expect(log.lines.find(({ event }) => event === 'event.lost')).toMatchObject({
      level: 'error',
      fields: { name: 'user.signed_in' },
      cause: new Error('the bus is down'),
    });
  });

  it('logs each step with origin, provider and method, and none with a secret', async () => {
    const { ask, begin } = start();
    const login = begin({ provider: 'GoogleOAuth' });
    const { log } = await ask(`?code=the-code&state=${login.state}`, [login.pair]);
    const about = { requestId, origin: 'web', provider: 'GoogleOAuth', method: 'GoogleOAuth', userId };
    expect(log.lines.map(({ level, event, fields }) => ({ level, event, fields }))).toStrictEqual([
      { level: 'info', event: 'login.code_exchanged', fields: about },
      { level: 'info', event: 'login.user_recorded', fields: { ...about, isNew: true } },
      { level: 'info', event: 'login.completed', fields: about },
      { level: 'info', event: 'request', fields: { requestId, method: 'GET', route: 'GET /callback', status: 302 } },
    ]);
    const written = JSON.stringify(log.lines);
    for (const secret of ['the-code', login.state, login.codeVerifier, login.cookieValue, 'sealed-session']) {
      expect(written).not.toContain(secret);
    }
  });

  it('knows at the second sign-in that the user is not new', async () => {
    const { ask, begin, clock } = start();
    const first = begin();
    await ask(`?code=c&state=${first.state}`, [first.pair]);
    clock.advanceSeconds(60);
    const second = begin();
    const { log } = await ask(`?code=c&state=${second.state}`, [second.pair]);
    expect(log.fieldsOf('login.user_recorded')).toMatchObject([{ isNew: false }]);
  });

  it('picks the cookie of its own flow among those of others', async () => {
    const { ask, begin, exchanged } = start();
    const logins = [begin({ returnTo: '/1' }), begin({ returnTo: '/2' }), begin({ returnTo: '/3' })];
    const cookies = logins.map(({ pair }) => pair);
    for (const [index, login] of logins.entries()) {
      const answer = await ask(`?code=c&state=${login.state}`, cookies);
      expect(answer.location).toBe(`/${index + 1}`);
      expect(answer.cookies).toStrictEqual([login.cleared, sessionCookie]);
    }
    expect(exchanged.map(({ codeVerifier }) => codeVerifier)).toStrictEqual(logins.map((login) => login.codeVerifier));
  });

  it('replaces whatever session the browser had', async () => {
    const { ask, begin } = start();
    const login = begin();
    const { cookies } = await ask(`?code=c&state=${login.state}`, ['wos-session=alice', login.pair]);
    expect(cookies).toStrictEqual([login.cleared, sessionCookie]);
  });

  it('finishes a login that began before the password was rotated', async () => {
    const rotated = [...passwords, olderPassword] as const;
    const { ask, begin } = start({ passwords: () => Promise.resolve(rotated) });
    const login = begin({}, [olderPassword]);
    expect((await ask(`?code=c&state=${login.state}`, [login.pair])).location).toBe('/welcome');
  });
});

describe('GET /callback when the login fails', () => {
  const failWith = async (outcome: Error, returnTo?: string) => {
    const { ask, begin, users, events } = start({ outcome });
    const login = begin({ returnTo });
    const answer = await ask(`?code=the-code&state=${login.state}`, [login.pair]);
    return { ...answer, login, users, events };
  };

  it.each([
    ['auth_failed', 'warn'],
    ['sso_required', 'warn'],
    ['session_too_large', 'warn'],
    ['temporarily_unavailable', 'error'],
  ] as const)('leads to a page that says why, with the transaction cleared: %s', async (code, level) => {
    const error = new AuthError(code, 'for operators', { cause: new Error('upstream') });
    const { status, location, cookies, login, users, events, log } = await failWith(error, '/a?b=c');
    expect(status).toBe(302);
    expect(location).toBe(`/login?error=${code}&return_to=%2Fa%3Fb%3Dc`);
    expect(cookies).toStrictEqual([login.cleared]);
    expect(users.stored(userId)).toBeUndefined();
    expect(events.published).toStrictEqual([]);
    expect(log.lines[0]).toMatchObject({
      level,
      event: 'login.failed',
      fields: { code, origin: 'web', provider: 'authkit' },
      cause: error,
    });
  });

  it('names no return path where the login had none', async () => {
    expect((await failWith(new AuthError('auth_failed', 'x'))).location).toBe('/login?error=auth_failed');
  });

  it('shows a 503 when nobody foresaw it, with the transaction cleared all the same', async () => {
    const { status, cookies, login, body, log } = await failWith(new TypeError('a bug with a secret'));
    expect(status).toBe(503);
    expect(cookies).toStrictEqual([login.cleared]);
    expect(body).not.toContain('secret');
    expect(log.lines[0]).toMatchObject({ level: 'error', event: 'request.crashed' });
  });

  it.each(['disabled', 'deleted'] as const)('keeps out a user who is %s: no session, no event', async (status) => {
    const { ask, begin, users, events } = start();
    users.setStatus(userId, status);
    const login = begin();
    const { location, cookies } = await ask(`?code=c&state=${login.state}`, [login.pair]);
    expect(location).toBe('/login?error=user_disabled');
    expect(cookies).toStrictEqual([login.cleared]);
    expect(events.published).toStrictEqual([]);
  });

  it('sets no session when the sign-in cannot be recorded', async () => {
    const away = new AuthError('temporarily_unavailable', 'no table', { cause: new Error('timeout') });
    const users = { recordSignIn: () => Promise.reject(away), find: () => Promise.reject(away) };
    const { ask, begin } = start({ users });
    const login = begin();
    const { location, cookies } = await ask(`?code=c&state=${login.state}`, [login.pair]);
    expect(location).toBe('/login?error=temporarily_unavailable');
    expect(cookies).toStrictEqual([login.cleared]);
  });

  it('answers 503 at once when the cookie password cannot be read: nothing of the login is spent', async () => {
    const away = new AuthError('temporarily_unavailable', 'no password', { cause: new Error('x') });
    const { ask, begin, exchanged } = start({ passwords: () => Promise.reject(away) });
    const login = begin();
    const { status, cookies } = await ask(`?code=c&state=${login.state}`, [login.pair]);
    expect(status).toBe(503);
    expect(cookies).toStrictEqual([]);
    expect(exchanged).toStrictEqual([]);
  });
});

describe('GET /callback with an error from AuthKit', () => {
  it.each(workosErrorCodes)('shows %s as it is, and exchanges nothing', async (error) => {
    const { ask, begin, exchanged } = start();
    const login = begin({ returnTo: '/a' });
    const { status, location, cookies } = await ask(`?error=${error}&state=${login.state}`, [login.pair]);
    expect(status).toBe(302);
    expect(location).toBe(`/login?error=${error}&return_to=%2Fa`);
    expect(cookies).toStrictEqual([login.cleared]);
    expect(exchanged).toStrictEqual([]);
  });

  it.each(['server_error', 'unknown', '', '<script>', 'access_denied&error=access_denied'])(
    'shows auth_failed for %j, and nothing of its description',
    async (error) => {
      const { ask, begin } = start();
      const login = begin();
      const query = `?error=${error}&error_description=canary&state=${login.state}`;
      const { location, log } = await ask(query, [login.pair]);
      expect(location).toBe('/login?error=auth_failed');
      expect(JSON.stringify(log.lines)).not.toContain('canary');
    },
  );

  it('goes by the error when there is a code beside it', async () => {
    const { ask, begin, exchanged } = start();
    const login = begin();
    const { location } = await ask(`?code=c&error=access_denied&state=${login.state}`, [login.pair]);
    expect(location).toBe('/login?error=access_denied');
    expect(exchanged).toStrictEqual([]);
  });

  it('is logged with origin and provider', async () => {
    const { ask, begin } = start();
    const login = begin({ provider: 'GitHubOAuth' });
    const { log } = await ask(`?error=access_denied&state=${login.state}`, [login.pair]);
    expect(log.fieldsOf('login.failed')).toStrictEqual([
      { requestId, origin: 'web', provider: 'GitHubOAuth', workosError: 'access_denied', code: 'access_denied' },
    ]);
  });

  it('is logged by the name that WorkOS gave it, also where we know no such name, and never as free text', async () => {
    const { ask, begin } = start();
    for (const [error, logged] of [
      ['brand_new_error', 'brand_new_error'],
      ['free text with a <secret>', undefined],
    ]) {
      const login = begin();
      const { log } = await ask(`?error=${encodeURIComponent(error ?? '')}&state=${login.state}`, [login.pair]);
      expect(log.fieldsOf('login.failed').at(-1)?.['workosError']).toBe(logged);
    }
  });
});

describe('GET /callback that this browser did not start', () => {
  const refusal = (code: AuthErrorCode) => ({ status: 302, location: `/login?error=${code}` });

  it('exchanges nothing without the cookie of its state', async () => {
    const { ask, begin, exchanged } = start();
    const login = begin();
    const answer = await ask(`?code=c&state=${login.state}`);
    expect(answer).toMatchObject({ ...refusal('state_mismatch'), cookies: [login.cleared] });
    expect(exchanged).toStrictEqual([]);
  });

  it('exchanges nothing with the cookie of another flow', async () => {
    const { ask, begin, exchanged } = start();
    const [mine, theirs] = [begin(), begin()];
    expect(await ask(`?code=c&state=${theirs.state}`, [mine.pair])).toMatchObject(refusal('state_mismatch'));
    const renamed = `${theirs.cookieName}=${mine.cookieValue}`;
    expect(await ask(`?code=c&state=${theirs.state}`, [renamed])).toMatchObject(refusal('state_mismatch'));
    expect(exchanged).toStrictEqual([]);
  });

  it('exchanges nothing when the cookie is there twice', async () => {
    const { ask, begin, exchanged } = start();
    const login = begin();
    const tossed = [login.pair, `${login.cookieName}=tossed`];
    expect(await ask(`?code=c&state=${login.state}`, tossed)).toMatchObject(refusal('state_mismatch'));
    expect(await ask(`?code=c&state=${login.state}`, tossed.toReversed())).toMatchObject(refusal('state_mismatch'));
    expect(exchanged).toStrictEqual([]);
  });

  it.each([
    ['a state that somebody made up', () => 'made-up'],
    ['an empty state', () => ''],
    ['a state of another stage', (begin: ReturnType<typeof start>['begin']) => begin({}, passwords, 'dev').state],
    ['a state by another password', (begin: ReturnType<typeof start>['begin']) => begin({}, [strangersPassword]).state],
  ])('exchanges nothing with %s, and clears no cookie', async (_, makeState) => {
    const { ask, begin, exchanged } = start();
    const login = begin();
    const answer = await ask(`?code=c&state=${makeState(begin)}`, [login.pair]);
    expect(answer).toMatchObject({ ...refusal('state_mismatch'), cookies: [] });
    expect(exchanged).toStrictEqual([]);
  });

  it('exchanges nothing when state or code is there twice', async () => {
    const { ask, begin, exchanged } = start();
    const login = begin();
    expect(await ask(`?code=c&state=${login.state}&state=${login.state}`, [login.pair])).toMatchObject(
      refusal('state_mismatch'),
    );
    expect((await ask(`?code=c&code=d&state=${login.state}`, [login.pair])).status).toBe(400);
    expect(exchanged).toStrictEqual([]);
  });

  it('exchanges nothing of a login that took more than ten minutes', async () => {
    const { ask, begin, clock, exchanged } = start();
    const login = begin();
    clock.advanceSeconds(601);
    const late = { ...refusal('login_expired'), cookies: [login.cleared] };
    expect(await ask(`?code=c&state=${login.state}`, [login.pair])).toMatchObject(late);
    expect(await ask(`?code=c&state=${login.state}`)).toMatchObject(late);
    expect(exchanged).toStrictEqual([]);
  });

  it('still exchanges the code of one that took ten', async () => {
    const { ask, begin, clock } = start();
    const login = begin();
    clock.advanceSeconds(600);
    expect((await ask(`?code=c&state=${login.state}`, [login.pair])).location).toBe('/welcome');
  });

  it('says that a login expired which gave way to five newer ones', async () => {
    const { ask, begin, clock } = start();
    const evicted = begin();
    clock.advanceSeconds(1);
    const newer = Array.from({ length: 5 }, () => begin().pair);
    expect(await ask(`?code=c&state=${evicted.state}`, newer)).toMatchObject(refusal('login_expired'));
    expect(await ask(`?code=c&state=${evicted.state}`, newer.slice(1))).toMatchObject(refusal('state_mismatch'));
  });

  it('is logged as such', async () => {
    const { ask, begin } = start();
    const { log } = await ask(`?code=c&state=${begin().state}`);
    expect(log.lines[0]).toStrictEqual({
      level: 'warn',
      event: 'callback.unmatched',
      fields: { requestId, code: 'state_mismatch' },
    });
  });
});

describe('GET /callback reloaded', () => {
  it('goes on to afterLogin for someone who is signed in already', async () => {
    const { ask, begin, exchanged } = start();
    const login = begin();
    const { status, location, cookies } = await ask(`?code=c&state=${login.state}`, ['wos-session=alice']);
    expect({ status, location }).toStrictEqual({ status: 302, location: '/welcome' });
    expect(cookies).toStrictEqual([login.cleared]);
    expect(exchanged).toStrictEqual([]);
  });

  it('sends along a session that it refreshed', async () => {
    const { ask, begin } = start();
    const login = begin();
    const { location, cookies } = await ask(`?code=c&state=${login.state}`, ['wos-session=stale']);
    expect(location).toBe('/welcome');
    expect(cookies).toStrictEqual([login.cleared, setSessionCookie('fresh', 3600)]);
  });

  it('shows the error page to someone whose session is over', async () => {
    const { ask, begin } = start();
    const { location, cookies } = await ask(`?code=c&state=${begin().state}`, ['wos-session=nobody']);
    expect(location).toBe('/login?error=state_mismatch');
    expect(cookies).toContain(clearSessionCookie());
  });

  it('answers 503, and keeps the session, while that cannot be told', async () => {
    const { ask, begin } = start();
    const login = begin();
    const { status, cookies } = await ask(`?code=c&state=${login.state}`, ['wos-session=unknowable']);
    expect(status).toBe(503);
    expect(cookies).toStrictEqual([login.cleared]);
  });
});

describe('GET /callback that started at WorkOS and knows no state', () => {
  it('starts over at /login, and leaves the code unused', async () => {
    const { ask, begin, exchanged } = start();
    const { status, location, cookies, log } = await ask('?code=c', [begin().pair]);
    expect({ status, location }).toStrictEqual({ status: 302, location: '/login' });
    expect(cookies).toStrictEqual([]);
    expect(exchanged).toStrictEqual([]);
    expect(log.fieldsOf('callback.without_state')).toHaveLength(1);
  });

  it('shows an error, so that nothing can loop', async () => {
    const { ask } = start();
    expect((await ask('?error=access_denied')).location).toBe('/login?error=access_denied');
    expect((await ask('?error=nonsense&code=c')).location).toBe('/login?error=auth_failed');
  });
});

describe('GET /callback with neither code nor error', () => {
  it.each(['', '?state=x', '?code=', '?code=&state=x', '?CODE=c'])('is a page of its own: %j', async (query) => {
    const { ask, exchanged } = start();
    const { status, body, location, cookies } = await ask(query);
    expect(status).toBe(400);
    expect(body).toContain('<code>no_code</code>');
    expect(body).toContain('href="/login"');
    expect(location).toBeUndefined();
    expect(cookies).toStrictEqual([]);
    expect(exchanged).toStrictEqual([]);
  });
});

describe('GET /callback for a browser that fetches ahead', () => {
  it('consumes nothing', async () => {
    const { ask, begin, exchanged } = start();
    const login = begin();
    const { status, cookies } = await ask(`?code=c&state=${login.state}`, [login.pair], { 'sec-purpose': 'prefetch' });
    expect(status).toBe(503);
    expect(cookies).toStrictEqual([]);
    expect(exchanged).toStrictEqual([]);
    expect((await ask(`?code=c&state=${login.state}`, [login.pair])).location).toBe('/welcome');
  });
});
