import { describe, expect, it } from 'vitest';
import { AuthError, workosErrorCodes } from '../../functions/shared/domain/auth-error.ts';
import { hashTicket, ticketTtlSeconds } from '../../functions/shared/domain/device-tickets.ts';
import { redirectKey } from '../../functions/shared/domain/native-clients.ts';
import { openGrant } from '../../functions/shared/domain/login-confirmation.ts';
import { deriveSessionId } from '../../functions/shared/domain/user-id.ts';
import { requestId, sourceIp, userAgent } from '../support/api-gateway-event.ts';
import {
  aliceSignedIn,
  session,
  sessionCookie,
  startCallback,
  workosSessionId,
  workosUserId,
} from '../support/callback-under-test.ts';
import { passwords } from '../support/cookie-passwords.ts';
import { brokenEventBus } from '../support/memory-event-bus.ts';
import { createMemoryRemoteSessions } from '../support/memory-remote-sessions.ts';
import { askingLogin, nativeLogin } from '../support/native-callback.ts';
import { appChallenge, appThumbprint, askingClient, plainClient } from '../support/native-clients.ts';
import { ownOrigin } from '../support/open-redirect-corpus.ts';

const { userId, organizationId, roles, authMethod: method } = session;
const away = new AuthError('temporarily_unavailable', 'no answer', { cause: new Error('timeout') });

const failed = (code: string) => ({
  status: 302,
  location: `yourappscheme://login/success?ok=0&error=${code}&state=app-state&iss=${encodeURIComponent(ownOrigin)}`,
});

async function signIn(login = nativeLogin(), parts: Parameters<typeof startCallback>[0] = {}, more = '') {
  const callback = startCallback(parts);
  const begun = callback.begin(login);
  const query = more === '' ? `?code=c&state=${begun.state}` : `?${more}&state=${begun.state}`;
  return { ...callback, begun, answer: await callback.ask(query, [begun.pair]) };
}

function parametersOf(location: string | undefined) {
  const { searchParams } = new URL(location ?? '');
  return Object.fromEntries(searchParams);
}

describe('GET /callback of an app that asks nobody', () => {
  it('leads to the app with a ticket, and sets no session', async () => {
    const { answer, begun } = await signIn();
    expect(answer.status).toBe(302);
    expect(answer.location).toMatch(/^yourappscheme:\/\/login\/success\?ok=1&/);
    expect(parametersOf(answer.location)).toStrictEqual({
      ok: '1',
      uid: userId,
      ticket: expect.stringMatching(/^[\w-]{43}$/),
      state: 'app-state',
      iss: ownOrigin,
    });
    expect(answer.cookies).toStrictEqual([begun.cleared]);
    expect(answer.headers).toMatchObject({ 'cache-control': 'private, no-store' });
  });

  it('keeps the ticket by its hash alone, for two minutes, with all that it is bound to', async () => {
    const { answer, tickets, clock } = await signIn();
    const { ticket = '' } = parametersOf(answer.location);
    const expiresAt = new Date(clock().getTime() + ticketTtlSeconds * 1000);
    expect(ticketTtlSeconds).toBe(120);
    expect([...tickets.rows]).toStrictEqual([
      [
        hashTicket(ticket),
        {
          kind: 'login',
          userId,
          workosUserId,
          workosSessionId,
          organizationId,
          roles,
          clientId: plainClient.id,
          redirectUri: 'yourappscheme://login/success',
          codeChallenge: appChallenge,
          dpopThumbprint: appThumbprint,
          expiresAt,
        },
      ],
    ]);
    expect(JSON.stringify([...tickets.rows])).not.toContain(ticket);
  });

  it('makes another ticket for every login', async () => {
    const [one, other] = [await signIn(), await signIn()];
    expect(parametersOf(one.answer.location)['ticket']).not.toBe(parametersOf(other.answer.location)['ticket']);
  });

  it('comes back on the port where the app listens', async () => {
    const port = 53_682;
    const key = redirectKey({ client: plainClient, registered: 'http://[::1]/callback', port });
    const { answer } = await signIn(nativeLogin({ redirectKey: key, port }));
    expect(answer.location).toMatch(/^http:\/\/\[::1\]:53682\/callback\?ok=1&/);
  });

  it('exchanges the code, records the user and no web session', async () => {
    const { exchanged, users, begun } = await signIn();
    const client = { ipAddress: sourceIp, userAgent };
    expect(exchanged).toStrictEqual([{ code: 'c', codeVerifier: begun.codeVerifier, client }]);
    expect(users.stored(userId)).toMatchObject({ status: 'active', user: { email: session.email } });
  });

  it('seals nothing: a session that no cookie would hold is no obstacle', async () => {
    const seal = () => Promise.reject(new AuthError('session_too_large', 'too large'));
    const { answer } = await signIn(nativeLogin(), { outcome: { ...aliceSignedIn, seal } });
    expect(answer.location).toContain('?ok=1&');
  });

  it('leaves alone whatever session the browser has', async () => {
    const { ask, begin } = startCallback();
    const login = begin(nativeLogin());
    const { cookies } = await ask(`?code=c&state=${login.state}`, ['wos-session=alice', login.pair]);
    expect(cookies).toStrictEqual([login.cleared]);
  });

  it('tells the bus', async () => {
    const { events } = await signIn();
    const sessionId = deriveSessionId(workosSessionId);
    const detail = { userId, sessionId, origin: 'native', provider: 'authkit', method, organizationId };
    expect(events.published).toStrictEqual([{ name: 'user.signed_in', detail }]);
  });

  it('signs in also when the bus takes no event', async () => {
    const { answer } = await signIn(nativeLogin(), { events: brokenEventBus });
    expect(answer.location).toContain('?ok=1&');
    expect(answer.log.fieldsOf('event.lost')).toHaveLength(1);
  });

  it('logs each step with the app, and no secret', async () => {
    const { answer, begun } = await signIn();
    const about = { requestId, origin: 'native', provider: 'authkit', clientId: plainClient.id, method, userId };
    expect(answer.log.lines.map(({ event, fields }) => ({ event, fields }))).toStrictEqual([
      { event: 'login.code_exchanged', fields: about },
      { event: 'login.user_recorded', fields: { ...about, isNew: true } },
      { event: 'login.completed', fields: about },
      { event: 'request', fields: { requestId, method: 'GET', route: 'GET /callback', status: 302 } },
    ]);
    const { ticket = '' } = parametersOf(answer.location);
    const written = JSON.stringify(answer.log.lines);
    for (const secret of [ticket, hashTicket(ticket), 'app-state', appChallenge, begun.state, workosSessionId]) {
      expect(written).not.toContain(secret);
    }
  });
});

describe('GET /callback of an app’s login that fails', () => {
  it.each(workosErrorCodes)('tells the app what AuthKit said: %s', async (code) => {
    const { answer, begun, exchanged } = await signIn(nativeLogin(), {}, `error=${code}`);
    expect(answer).toMatchObject(failed(code));
    expect(answer.cookies).toStrictEqual([begun.cleared]);
    expect(exchanged).toStrictEqual([]);
  });

  it('echoes nothing that it does not know', async () => {
    const { answer } = await signIn(nativeLogin(), {}, 'error=nonsense&error_description=canary');
    expect(answer).toMatchObject(failed('auth_failed'));
  });

  it.each(['auth_failed', 'sso_required', 'temporarily_unavailable'] as const)(
    'tells the app that the exchange failed: %s',
    async (code) => {
      const outcome = new AuthError(code, 'for operators', { cause: new Error('upstream') });
      const { answer, begun, tickets, events } = await signIn(nativeLogin(), { outcome });
      expect(answer).toMatchObject(failed(code));
      expect(answer.cookies).toStrictEqual([begun.cleared]);
      expect(tickets.rows.size).toBe(0);
      expect(events.published).toStrictEqual([]);
      expect(answer.log.fieldsOf('login.failed')).toMatchObject([{ code, clientId: plainClient.id }]);
    },
  );

  it.each(['disabled', 'deleted'] as const)('keeps out a user who is %s, and ends the session', async (status) => {
    const { ask, begin, users, tickets, remoteSessions } = startCallback();
    users.setStatus(userId, status);
    const login = begin(nativeLogin());
    expect(await ask(`?code=c&state=${login.state}`, [login.pair])).toMatchObject(failed('user_disabled'));
    expect(tickets.rows.size).toBe(0);
    expect(remoteSessions.revoked).toStrictEqual([workosSessionId]);
  });

  it('keeps out an impersonator, records nothing, and ends the session', async () => {
    const impersonator = { email: 'support@example.com', reason: null };
    const outcome = { ...aliceSignedIn, session: { ...session, impersonator } };
    for (const login of [nativeLogin(), askingLogin()]) {
      const { answer, users, tickets, remoteSessions } = await signIn(login, { outcome });
      expect(answer.location).toContain('?ok=0&error=impersonated&');
      expect(users.stored(userId)).toBeUndefined();
      expect(tickets.rows.size).toBe(0);
      expect(remoteSessions.revoked).toStrictEqual([workosSessionId]);
    }
  });

  it('tells the app to come later when the ticket cannot be kept, and ends the session', async () => {
    const tickets = { put: () => Promise.reject(away), take: () => Promise.reject(away) };
    const { answer, events, remoteSessions } = await signIn(nativeLogin(), { tickets });
    expect(answer).toMatchObject(failed('temporarily_unavailable'));
    expect(events.published).toStrictEqual([]);
    expect(remoteSessions.revoked).toStrictEqual([workosSessionId]);
  });

  it('tells the app also when the session cannot be ended, and operators', async () => {
    const { ask, begin, users } = startCallback({ remoteSessions: createMemoryRemoteSessions(away) });
    users.setStatus(userId, 'disabled');
    const login = begin(nativeLogin());
    const answer = await ask(`?code=c&state=${login.state}`, [login.pair]);
    expect(answer).toMatchObject(failed('user_disabled'));
    expect(answer.log.lines.find(({ event }) => event === 'login.session_left')).toMatchObject({
      level: 'warn',
      cause: away,
    });
  });
});

describe('GET /callback that cannot know the app', () => {
  it.each([
    ['without its cookie', 0, false, 'state_mismatch'],
    ['after ten minutes', 601, true, 'login_expired'],
  ])('shows a page %s, and exchanges nothing', async (_, seconds, hasCookie, code) => {
    const { ask, begin, clock, exchanged } = startCallback();
    const login = begin(nativeLogin());
    clock.advanceSeconds(seconds);
    const { location } = await ask(`?code=c&state=${login.state}`, hasCookie ? [login.pair] : []);
    expect(location).toBe(`/login?error=${code}`);
    expect(exchanged).toStrictEqual([]);
  });

  it('shows a page when the settings have lost the client meanwhile', async () => {
    const { answer, exchanged } = await signIn(nativeLogin({ redirectKey: '0000000000000000' }));
    expect(answer.location).toBe('/login?error=login_expired');
    expect(exchanged).toStrictEqual([]);
  });
});

describe('GET /callback of an app that has to ask', () => {
  it('redirects nobody: it shows who would be signed in to what', async () => {
    const { answer, tickets, events } = await signIn(askingLogin());
    expect(answer.status).toBe(200);
    expect(answer.location).toBeUndefined();
    expect(answer.body).toContain(
      '<h1>Continue to <bdi>Asking &lt;app&gt;</bdi> as <bdi>alice@example.com</bdi>?</h1>',
    );
    expect(tickets.rows.size).toBe(0);
    expect(events.published).toStrictEqual([]);
  });

  it.each([
    ['its own scheme', 'yourappscheme://asking/success', undefined, 'yourappscheme:'],
    ['a claimed link', 'https://app.example.com/login/success', undefined, 'https://app.example.com'],
    ['loopback', 'http://127.0.0.1/asking', 53_682, 'http://127.0.0.1:53682'],
  ])('lets the form lead to the app by %s, and nowhere else', async (_, registered, port, source) => {
    const { answer } = await signIn(askingLogin(registered, port));
    expect(answer.headers['content-security-policy']).toContain(`form-action 'self' ${source};`);
    expect(answer.headers).toMatchObject({ 'cache-control': 'private, no-store', 'referrer-policy': 'no-referrer' });
  });

  it('leaves a cookie in place of the login’s, which opens what the page holds', async () => {
    const { answer, begun, clock } = await signIn(askingLogin());
    const [cleared, asked = ''] = answer.cookies;
    expect(cleared).toBe(begun.cleared);
    expect(asked).toMatch(
      new RegExp(`^${begun.cookieName}=[\\w-]+; Max-Age=600; Path=/; HttpOnly; Secure; SameSite=Lax$`),
    );
    expect(answer.cookies).not.toContain(sessionCookie);
    const value = asked.slice(begun.cookieName.length + 1, asked.indexOf(';'));
    const box = /name="confirmation" value="([\w-]+)"/.exec(answer.body)?.[1] ?? '';
    const cookie = { name: begun.cookieName, value };
    expect(openGrant(box, cookie, { passwords, stage: 'prod', now: clock() })).toMatchObject({
      ticket: expect.stringMatching(/^[\w-]{43}$/),
      holds: { userId, clientId: askingClient.id, redirectUri: 'yourappscheme://asking/success' },
      state: 'app-state',
    });
    expect(answer.body).toContain(`name="flow" value="${begun.cookieName}"`);
  });

  it('says that it has expired when it is loaded again', async () => {
    const { answer, ask, begun, exchanged } = await signIn(askingLogin());
    const [pair = ''] = answer.cookies.at(-1)?.split(';') ?? [];
    const again = await ask(`?code=c&state=${begun.state}`, [pair]);
    expect(again.location).toBe('/login?error=login_expired');
    expect(again.cookies).toStrictEqual([begun.cleared]);
    expect(exchanged).toHaveLength(1);
  });

  it('keeps out a user who is disabled without asking', async () => {
    const { ask, begin, users } = startCallback();
    users.setStatus(userId, 'disabled');
    const login = begin(askingLogin());
    const { location } = await ask(`?code=c&state=${login.state}`, [login.pair]);
    expect(location).toContain('yourappscheme://asking/success?ok=0&error=user_disabled&');
  });
});
