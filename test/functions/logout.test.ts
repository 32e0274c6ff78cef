import { describe, expect, it } from 'vitest';
import { logout } from '../../functions/logout/logout.ts';
import { AuthError } from '../../functions/shared/domain/auth-error.ts';
import type { EventBus } from '../../functions/shared/domain/events.ts';
import type { EndingSession, SignOut } from '../../functions/shared/domain/sign-out.ts';
import { clearSessionCookie } from '../../functions/shared/http/session-cookie.ts';
import { requestId } from '../support/api-gateway-event.ts';
import { askEndpoint } from '../support/ask-endpoint.ts';
import { holdClock } from '../support/held-clock.ts';
import { createMemorySessionRecords } from '../support/memory-session-records.ts';
import { brokenEventBus, createMemoryEventBus } from '../support/memory-event-bus.ts';
import { aliceSession } from '../support/memory-web-sessions.ts';

const { userId, sessionId } = aliceSession;
const alice: EndingSession = {
  userId,
  sessionId,
  profile: aliceSession,
  signOutUrl: 'https://api.workos.test/user_management/sessions/logout?session_id=session_01HALICE',
};
const signOut: SignOut = { identify: (seal) => Promise.resolve(seal === 'alice' ? alice : undefined) };
const settings = { publicUrl: 'https://auth.example.com', webOrigins: ['https://app.example.com'] };

function start(parts: { readonly signOut?: SignOut; readonly events?: EventBus } = {}) {
  const events = createMemoryEventBus();
  const records = createMemorySessionRecords();
  const clock = holdClock();
  const endpoint = logout({ signOut, records, clock, events, settings, ...parts });
  const ask = (
    method: 'GET' | 'POST',
    headers: Readonly<Record<string, string>> = {},
    seal: string | undefined = 'alice',
  ) => askEndpoint(endpoint, '/logout', { method, headers, cookies: seal === '' ? [] : [`wos-session=${seal}`] });
  return { events, ask, endpoint };
}

const signedOut = { status: 302, location: alice.signOutUrl, cookies: [clearSessionCookie()] };
const nobodyThere = { status: 302, location: '/', cookies: [] };

describe('GET /logout', () => {
  it.each([
    ['a browser that says nothing of itself', {}],
    ['a page of ours', { 'sec-fetch-site': 'same-origin' }],
    ['a page of a sibling', { 'sec-fetch-site': 'same-site' }],
    ['the address bar', { 'sec-fetch-site': 'none' }],
  ])('from %s ends the session here, then at WorkOS', async (_, headers) => {
    const { ask, events } = start();
    expect(await ask('GET', headers)).toMatchObject(signedOut);
    expect(events.published).toStrictEqual([{ name: 'user.signed_out', detail: { userId, sessionId } }]);
  });

  it('from another site asks first, and ends nothing', async () => {
    const { ask, events } = start();
    const { status, location, cookies, body, headers } = await ask('GET', { 'sec-fetch-site': 'cross-site' });
    expect(status).toBe(200);
    expect(location).toBeUndefined();
    expect(cookies).toStrictEqual([]);
    expect(body).toContain('<form class="actions" method="post" action="/logout">');
    expect(body).toContain('alice@example.com');
    expect(headers['content-security-policy']).toContain('https://api.workos.test');
    expect(events.published).toStrictEqual([]);
  });

  it('asks in the language of the browser', async () => {
    const headers = { 'sec-fetch-site': 'cross-site', 'accept-language': 'zh' };
    expect((await start().ask('GET', headers)).body).toContain('退出登录');
  });

  it('leads home where there is no session, and clears a cookie that holds none', async () => {
    const { ask, events } = start();
    expect(await ask('GET', {}, '')).toMatchObject(nobodyThere);
    expect(await ask('GET', {}, 'junk')).toMatchObject({ ...nobodyThere, cookies: [clearSessionCookie()] });
    expect(events.published).toStrictEqual([]);
  });

  it('takes nothing from a browser in which another site embeds it as an image: no cookie comes with that', async () => {
    expect(await start().ask('GET', { 'sec-fetch-site': 'cross-site' }, '')).toMatchObject(nobodyThere);
  });

  it("ends nobody's session when there are two cookies: one is a sibling domain's", async () => {
    const { endpoint, events } = start();
    const cookies = ['wos-session=alice', 'wos-session=mallory'];
    expect(await askEndpoint(endpoint, '/logout', { cookies })).toMatchObject(nobodyThere);
    expect(events.published).toStrictEqual([]);
  });

  it('does nothing for a browser that fetches ahead', async () => {
    const { ask, events } = start();
    const { status, cookies } = await ask('GET', { 'sec-purpose': 'prefetch' });
    expect(status).toBe(503);
    expect(cookies).toStrictEqual([]);
    expect(events.published).toStrictEqual([]);
  });
});

describe('POST /logout', () => {
  it.each([
    ['our own form', { origin: 'null', 'sec-fetch-site': 'same-origin' }],
    ['a page of our origin', { origin: 'https://auth.example.com' }],
    ['a listed front end', { origin: 'https://app.example.com', 'sec-fetch-site': 'same-site' }],
  ])('from %s ends the session', async (_, headers) => {
    const { ask, events } = start();
    expect(await ask('POST', headers)).toMatchObject(signedOut);
    expect(events.published).toHaveLength(1);
  });

  it.each([
    ['another site', { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' }],
    ['a sandboxed frame', { origin: 'null', 'sec-fetch-site': 'cross-site' }],
    ['nobody knows where', {}],
  ])('from %s is refused, and ends nothing', async (_, headers) => {
    const { ask, events } = start();
    const { status, body, cookies } = await ask('POST', headers);
    expect(status).toBe(403);
    expect(body).toContain('<code>cross_site</code>');
    expect(cookies).toStrictEqual([]);
    expect(events.published).toStrictEqual([]);
  });

  it('leads home where there is no session', async () => {
    expect(await start().ask('POST', { origin: 'https://auth.example.com' }, '')).toMatchObject(nobodyThere);
  });
});

describe('signing out', () => {
  it('is logged with the user, and with nothing of the cookie or the URL', async () => {
    const { log } = await start().ask('GET');
    expect(log.fieldsOf('logout')).toStrictEqual([{ requestId, userId }]);
    expect(JSON.stringify(log.lines)).not.toMatch(/session_01HALICE|wos-session/);
  });

  it('goes on when the bus takes no event, and tells operators', async () => {
    const answer = await start({ events: brokenEventBus }).ask('GET');
    expect(answer).toMatchObject(signedOut);
    expect(answer.log.lines).toContainEqual({
      level: 'error',
      event: 'event.lost',
      fields: { requestId, name: 'user.signed_out' },
      cause: new Error('the bus is down'),
    });
  });

  it('answers 503 and keeps the cookie when nobody can tell whose it is', async () => {
    const away = new AuthError('temporarily_unavailable', 'no password', { cause: new Error('x') });
    const { status, cookies } = await start({ signOut: { identify: () => Promise.reject(away) } }).ask('GET');
    expect(status).toBe(503);
    expect(cookies).toStrictEqual([]);
  });
});
