import { describe, expect, it } from 'vitest';
import { loginConfirm } from '../../functions/login-confirm/login-confirm.ts';
import { AuthError } from '../../functions/shared/domain/auth-error.ts';
import { hashTicket } from '../../functions/shared/domain/device-tickets.ts';
import { sealGrant } from '../../functions/shared/domain/login-confirmation.ts';
import type { LoginGrant } from '../../functions/shared/domain/login-grant.ts';
import { startConfirmation, startLogin } from '../../functions/shared/domain/login-transaction.ts';
import { deriveSessionId } from '../../functions/shared/domain/user-id.ts';
import { clearCookie } from '../../functions/shared/http/cookies.ts';
import { askEndpoint } from '../support/ask-endpoint.ts';
import { passwords } from '../support/cookie-passwords.ts';
import { wholeTicket } from '../support/device-tickets-contract.ts';
import { holdClock } from '../support/held-clock.ts';
import { createMemoryDeviceTickets } from '../support/memory-device-tickets.ts';
import { createMemoryEventBus } from '../support/memory-event-bus.ts';
import { createMemoryRemoteSessions } from '../support/memory-remote-sessions.ts';
import { listedOrigin, ownOrigin } from '../support/open-redirect-corpus.ts';

const { expiresAt: _, ...holds } = { ...wholeTicket, redirectUri: 'yourappscheme://asking/success' };
const grant: LoginGrant = {
  ticket: 'the-ticket',
  holds,
  provider: 'authkit',
  method: 'Password',
  face: 'gatehouse',
  state: 'app-state',
};
const iss = encodeURIComponent(ownOrigin);
const success = `yourappscheme://asking/success?ok=1&uid=${holds.userId}&ticket=the-ticket&state=app-state&iss=${iss}`;
const failure = (code: string) => `yourappscheme://asking/success?ok=0&error=${code}&state=app-state&iss=${iss}`;
const away = new AuthError('temporarily_unavailable', 'no answer', { cause: new Error('timeout') });

function startConfirm(more: Partial<Parameters<typeof loginConfirm>[0]> = {}) {
  const clock = holdClock();
  const tickets = createMemoryDeviceTickets();
  const events = createMemoryEventBus();
  const remoteSessions = createMemoryRemoteSessions();
  const settings = { stage: 'prod', publicUrl: ownOrigin };
  const read = () => Promise.resolve(passwords);
  const endpoint = loginConfirm({ passwords: read, tickets, events, remoteSessions, clock, settings, ...more });

  /** What `/callback` leaves: a page with a box, and the cookie that opens it. */
  const asked = () => {
    const transaction = { issuedAt: clock(), provider: 'authkit', returnTo: undefined } as const;
    const { cookieName } = startLogin(transaction, passwords, 'prod');
    const { cookieValue, nonce } = startConfirmation(cookieName, transaction, passwords, 'prod');
    const confirmation = sealGrant(grant, { cookieName, nonce }, passwords, 'prod');
    return { flow: cookieName, confirmation, pair: `${cookieName}=${cookieValue}`, cleared: clearCookie(cookieName) };
  };
  const send = (
    fields: Readonly<Record<string, string>>,
    cookies: readonly string[],
    headers: Readonly<Record<string, string>> = {},
  ) =>
    askEndpoint(endpoint, '/login/confirm', {
      method: 'POST',
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        origin: 'null',
        'sec-fetch-site': 'same-origin',
        ...headers,
      },
      cookies,
      body: new URLSearchParams(fields).toString(),
    });
  return { asked, send, clock, tickets, events, remoteSessions };
}

describe('POST /login/confirm with Continue', () => {
  it('leads to the app with the ticket, which is good for two minutes from now', async () => {
    const { asked, send, clock, tickets } = startConfirm();
    const { flow, confirmation, pair, cleared } = asked();
    clock.advanceSeconds(500);
    const { status, location, cookies } = await send({ flow, confirmation, decision: 'continue' }, [pair]);
    expect({ status, location }).toStrictEqual({ status: 303, location: success });
    expect(cookies).toStrictEqual([cleared]);
    const expiresAt = new Date(clock().getTime() + 120_000);
    expect([...tickets.rows]).toStrictEqual([[hashTicket('the-ticket'), { ...holds, expiresAt }]]);
  });

  it('is the sign-in: the bus hears of it now, and the log', async () => {
    const { asked, send, events } = startConfirm();
    const { flow, confirmation, pair } = asked();
    const { log } = await send({ flow, confirmation, decision: 'continue' }, [pair]);
    const { userId, organizationId } = holds;
    const sessionId = deriveSessionId(holds.workosSessionId);
    const detail = { userId, sessionId, origin: 'native', provider: 'authkit', method: 'Password', organizationId };
    expect(events.published).toStrictEqual([{ name: 'user.signed_in', detail }]);
    expect(log.fieldsOf('login.completed')).toMatchObject([{ origin: 'native', clientId: 'gatehouse-native', userId }]);
    expect(JSON.stringify(log.lines)).not.toMatch(/the-ticket|app-state|session_01/);
  });

  it('does no harm when it is pressed twice: one ticket, one sign-in, twice the same way', async () => {
    const { asked, send, tickets, events } = startConfirm();
    const { flow, confirmation, pair } = asked();
    const press = () => send({ flow, confirmation, decision: 'continue' }, [pair]);
    const [first, second] = await Promise.all([press(), press()]);
    expect([first.location, second.location]).toStrictEqual([success, success]);
    expect(tickets.rows.size).toBe(1);
    expect(events.published).toHaveLength(1);
  });

  it('tells the app to come later when the ticket cannot be kept', async () => {
    const tickets = { put: () => Promise.reject(away), take: () => Promise.reject(away) };
    const { asked, send, events } = startConfirm({ tickets });
    const { flow, confirmation, pair, cleared } = asked();
    const { location, cookies, log } = await send({ flow, confirmation, decision: 'continue' }, [pair]);
    expect(location).toBe(failure('temporarily_unavailable'));
    expect(cookies).toStrictEqual([cleared]);
    expect(events.published).toStrictEqual([]);
    expect(log.lines[0]).toMatchObject({ level: 'error', event: 'login.failed' });
  });
});

describe('POST /login/confirm with Cancel', () => {
  it('leads to the app without a ticket, and ends the session at WorkOS', async () => {
    const { asked, send, tickets, events, remoteSessions } = startConfirm();
    const { flow, confirmation, pair, cleared } = asked();
    const { status, location, cookies } = await send({ flow, confirmation, decision: 'cancel' }, [pair]);
    expect({ status, location }).toStrictEqual({ status: 303, location: failure('access_denied') });
    expect(cookies).toStrictEqual([cleared]);
    expect(remoteSessions.revoked).toStrictEqual([holds.workosSessionId]);
    expect(tickets.rows.size).toBe(0);
    expect(events.published).toStrictEqual([]);
  });

  it('leads to the app also when WorkOS does not answer', async () => {
    const { asked, send } = startConfirm({ remoteSessions: createMemoryRemoteSessions(away) });
    const { flow, confirmation, pair } = asked();
    const { location, log } = await send({ flow, confirmation, decision: 'cancel' }, [pair]);
    expect(location).toBe(failure('access_denied'));
    expect(log.fieldsOf('login.session_left')).toHaveLength(1);
  });
});

describe('POST /login/confirm that no page of ours sent', () => {
  it.each([
    ['another site', { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' }],
    ['a page without an origin on another site', { origin: 'null', 'sec-fetch-site': 'cross-site' }],
    ['a listed origin, which may do much else', { origin: listedOrigin, 'sec-fetch-site': 'same-site' }],
    ['a sibling of ours', { origin: 'null', 'sec-fetch-site': 'same-site' }],
  ])('is refused: from %s', async (_name, headers) => {
    const { asked, send, tickets } = startConfirm();
    const { flow, confirmation, pair } = asked();
    const { status, body, cookies } = await send({ flow, confirmation, decision: 'continue' }, [pair], headers);
    expect(status).toBe(403);
    expect(body).toContain('<code>cross_site</code>');
    expect(cookies).toStrictEqual([]);
    expect(tickets.rows.size).toBe(0);
  });

  it.each(['application/json', 'text/plain', 'multipart/form-data; boundary=x', ''])(
    'is refused with the content type %j',
    async (type) => {
      const { asked, send } = startConfirm();
      const { flow, confirmation, pair } = asked();
      const answer = await send({ flow, confirmation, decision: 'continue' }, [pair], { 'content-type': type });
      expect(answer.status).toBe(415);
    },
  );

  it.each([
    ['no decision', { decision: '' }],
    ['another decision', { decision: 'maybe' }],
    ['no box', { confirmation: '' }],
    ['no flow', { flow: '' }],
  ])('is refused with %s', async (_name, changes) => {
    const { asked, send, tickets } = startConfirm();
    const { flow, confirmation, pair } = asked();
    const { status, body } = await send({ flow, confirmation, decision: 'continue', ...changes }, [pair]);
    expect(status).toBe(400);
    expect(body).toContain('<code>invalid_request</code>');
    expect(tickets.rows.size).toBe(0);
  });
});

describe('POST /login/confirm that this browser was not asked for', () => {
  const expectRefused = async (
    change: (confirm: ReturnType<typeof startConfirm>) => {
      fields: Readonly<Record<string, string>>;
      cookies: readonly string[];
    },
  ) => {
    const confirm = startConfirm();
    const { fields, cookies } = change(confirm);
    const answer = await confirm.send({ decision: 'continue', ...fields }, cookies);
    expect(answer.status).toBe(400);
    expect(answer.body).toContain('<code>login_expired</code>');
    expect(answer.cookies).toStrictEqual([]);
    expect(confirm.tickets.rows.size).toBe(0);
  };

  it('mints nothing without the cookie', async () => {
    await expectRefused(({ asked }) => ({ fields: asked(), cookies: [] }));
  });

  it('mints nothing with the cookie of another flow', async () => {
    await expectRefused(({ asked }) => ({ fields: asked(), cookies: [asked().pair] }));
  });

  it('mints nothing of the box of another flow', async () => {
    await expectRefused(({ asked }) => {
      const { flow, pair } = asked();
      return { fields: { flow, confirmation: asked().confirmation }, cookies: [pair] };
    });
  });

  it('mints nothing when the cookie is there twice', async () => {
    await expectRefused(({ asked }) => {
      const one = asked();
      return { fields: one, cookies: [one.pair, `${one.flow}=tossed`] };
    });
  });

  it('mints nothing after ten minutes', async () => {
    await expectRefused(({ asked, clock }) => {
      const one = asked();
      clock.advanceSeconds(601);
      return { fields: one, cookies: [one.pair] };
    });
  });

  it('reads no cookie but those of logins', async () => {
    await expectRefused(({ asked }) => {
      const one = asked();
      const value = one.pair.slice(one.flow.length + 1);
      return { fields: { ...one, flow: 'wos-session' }, cookies: [`wos-session=${value}`] };
    });
  });
});
