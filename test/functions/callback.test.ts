import { describe, expect, it } from 'vitest';
import { clearSessionCookie, setSessionCookie } from '../../functions/shared/http/session-cookie.ts';
import { requestId, sourceIp, userAgent } from '../support/api-gateway-event.ts';
import { session, sessionCookie, startCallback, workosUserId } from '../support/callback-under-test.ts';
import { olderPassword, passwords } from '../support/cookie-passwords.ts';
import { brokenEventBus } from '../support/memory-event-bus.ts';

const { userId, sessionId } = session;

describe('GET /callback with the code of a login that this browser started', () => {
  it('exchanges the code with its verifier, and says who is asking', async () => {
    const { ask, begin, exchanged } = startCallback();
    const login = begin();
    await ask(`?code=the%2Bcode&state=${login.state}`, [login.pair]);
    expect(exchanged).toStrictEqual([
      { code: 'the+code', codeVerifier: login.codeVerifier, client: { ipAddress: sourceIp, userAgent } },
    ]);
  });

  it('sets the session, clears the transaction, and sends the browser to where it wanted', async () => {
    const { ask, begin } = startCallback();
    const login = begin({ returnTo: '/dashboard?from=mail' });
    const { status, location, cookies, headers, body } = await ask(`?code=c&state=${login.state}`, [login.pair]);
    expect(status).toBe(302);
    expect(location).toBe('/dashboard?from=mail');
    expect(cookies).toStrictEqual([login.cleared, sessionCookie]);
    expect(headers).toMatchObject({ 'cache-control': 'private, no-store', vary: 'Cookie, Authorization' });
    expect(body).toBe('');
  });

  it("sends it to the stage's afterLogin where it named no place", async () => {
    const { ask, begin } = startCallback();
    const login = begin();
    expect(await ask(`?code=c&state=${login.state}`, [login.pair])).toMatchObject({
      status: 302,
      location: '/welcome',
    });
  });

  it('takes no word of the query for where to go', async () => {
    const { ask, begin } = startCallback();
    const login = begin();
    const query = `?code=c&state=${login.state}&return_to=https://evil.example/&redirect_uri=https://evil.example/`;
    expect((await ask(query, [login.pair])).location).toBe('/welcome');
  });

  it('records the sign-in under the derived user id', async () => {
    const { ask, begin, users, clock } = startCallback();
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
    const { ask, begin, events } = startCallback();
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
    const { ask, begin } = startCallback({ events: brokenEventBus });
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
    const { ask, begin } = startCallback();
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
    const { ask, begin, clock } = startCallback();
    const first = begin();
    await ask(`?code=c&state=${first.state}`, [first.pair]);
    clock.advanceSeconds(60);
    const second = begin();
    const { log } = await ask(`?code=c&state=${second.state}`, [second.pair]);
    expect(log.fieldsOf('login.user_recorded')).toMatchObject([{ isNew: false }]);
  });

  it('picks the cookie of its own flow among those of others', async () => {
    const { ask, begin, exchanged } = startCallback();
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
    const { ask, begin } = startCallback();
    const login = begin();
    const { cookies } = await ask(`?code=c&state=${login.state}`, ['wos-session=alice', login.pair]);
    expect(cookies).toStrictEqual([login.cleared, sessionCookie]);
  });

  it('finishes a login that began before the password was rotated', async () => {
    const rotated = [...passwords, olderPassword] as const;
    const { ask, begin } = startCallback({ passwords: () => Promise.resolve(rotated) });
    const login = begin({}, [olderPassword]);
    expect((await ask(`?code=c&state=${login.state}`, [login.pair])).location).toBe('/welcome');
  });
});

describe('GET /callback reloaded', () => {
  it('goes on to afterLogin for someone who is signed in already', async () => {
    const { ask, begin, exchanged } = startCallback();
    const login = begin();
    const { status, location, cookies } = await ask(`?code=c&state=${login.state}`, ['wos-session=alice']);
    expect({ status, location }).toStrictEqual({ status: 302, location: '/welcome' });
    expect(cookies).toStrictEqual([login.cleared]);
    expect(exchanged).toStrictEqual([]);
  });

  it('sends along a session that it refreshed', async () => {
    const { ask, begin } = startCallback();
    const login = begin();
    const { location, cookies } = await ask(`?code=c&state=${login.state}`, ['wos-session=stale']);
    expect(location).toBe('/welcome');
    expect(cookies).toStrictEqual([login.cleared, setSessionCookie('fresh', 3600)]);
  });

  it('shows the error page to someone whose session is over', async () => {
    const { ask, begin } = startCallback();
    const { location, cookies } = await ask(`?code=c&state=${begin().state}`, ['wos-session=nobody']);
    expect(location).toBe('/login?error=state_mismatch');
    expect(cookies).toContain(clearSessionCookie());
  });

  it('answers 503, and keeps the session, while that cannot be told', async () => {
    const { ask, begin } = startCallback();
    const login = begin();
    const { status, cookies } = await ask(`?code=c&state=${login.state}`, ['wos-session=unknowable']);
    expect(status).toBe(503);
    expect(cookies).toStrictEqual([login.cleared]);
  });
});

describe('GET /callback that started at WorkOS and knows no state', () => {
  it('starts over at /login, and leaves the code unused', async () => {
    const { ask, begin, exchanged } = startCallback();
    const { status, location, cookies, log } = await ask('?code=c', [begin().pair]);
    expect({ status, location }).toStrictEqual({ status: 302, location: '/login' });
    expect(cookies).toStrictEqual([]);
    expect(exchanged).toStrictEqual([]);
    expect(log.fieldsOf('callback.without_state')).toHaveLength(1);
  });

  it('shows an error, so that nothing can loop', async () => {
    const { ask } = startCallback();
    expect((await ask('?error=access_denied')).location).toBe('/login?error=access_denied');
    expect((await ask('?error=nonsense&code=c')).location).toBe('/login?error=auth_failed');
  });
});

describe('GET /callback with neither code nor error', () => {
  it.each(['', '?state=x', '?code=', '?code=&state=x', '?CODE=c'])('is a page of its own: %j', async (query) => {
    const { ask, exchanged } = startCallback();
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
    const { ask, begin, exchanged } = startCallback();
    const login = begin();
    const { status, cookies } = await ask(`?code=c&state=${login.state}`, [login.pair], { 'sec-purpose': 'prefetch' });
    expect(status).toBe(503);
    expect(cookies).toStrictEqual([]);
    expect(exchanged).toStrictEqual([]);
    expect((await ask(`?code=c&state=${login.state}`, [login.pair])).location).toBe('/welcome');
  });
});
