/** The callback endpoint over parts in memory, with logins to come back from. */
import { callback } from '../../functions/callback/callback.ts';
import { AuthError } from '../../functions/shared/domain/auth-error.ts';
import type { CodeExchange, ExchangedLogin } from '../../functions/shared/domain/code-exchange.ts';
import { type LoginTransaction, startLogin } from '../../functions/shared/domain/login-transaction.ts';
import { deriveUserId } from '../../functions/shared/domain/user-id.ts';
import type { ClientInfo } from '../../functions/shared/domain/web-sessions.ts';
import { clearCookie } from '../../functions/shared/http/cookies.ts';
import { setSessionCookie } from '../../functions/shared/http/session-cookie.ts';
import { askEndpoint } from './ask-endpoint.ts';
import { passwords } from './cookie-passwords.ts';
import { holdClock } from './held-clock.ts';
import { createMemoryDeviceTickets } from './memory-device-tickets.ts';
import { createMemoryEventBus } from './memory-event-bus.ts';
import { createMemoryRemoteSessions } from './memory-remote-sessions.ts';
import { createMemorySessionRecords } from './memory-session-records.ts';
import { createMemoryUsers } from './memory-users.ts';
import { aliceSession, createMemoryWebSessions } from './memory-web-sessions.ts';
import { nativeClients } from './native-clients.ts';
import { ownOrigin } from './open-redirect-corpus.ts';

export const workosUserId = 'user_01HALICE';
export const session = { ...aliceSession, userId: deriveUserId(workosUserId) };
const profileAt = new Date('2026-01-01T00:00:00.000Z');
export const workosSessionId = 'session_01HALICE';
export const aliceSignedIn: ExchangedLogin = {
  session,
  workosUserId,
  workosSessionId,
  profileAt,
  seal: () => Promise.resolve('sealed-session'),
};

/** An exchange with one outcome for every code, which remembers what it was asked. */
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

/** @param parts `outcome` is what comes of exchanging a code; the others replace parts of the endpoint. */
export function startCallback(
  parts: { readonly outcome?: ExchangedLogin | Error } & Partial<Parameters<typeof callback>[0]> = {},
) {
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
  const tickets = createMemoryDeviceTickets();
  const remoteSessions = createMemoryRemoteSessions();
  const settings = {
    stage: 'prod',
    publicUrl: ownOrigin,
    nativeClients,
    modules: ['gmail', 'github'],
    afterLogin: '/welcome',
    sessionMaxAgeSeconds: 3600,
  };
  const endpoint = callback({
    passwords: () => Promise.resolve(passwords),
    codes,
    users,
    records: createMemorySessionRecords(),
    tickets,
    events,
    remoteSessions,
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
  return { ask, begin, clock, users, tickets, events, remoteSessions, exchanged };
}

export const sessionCookie = setSessionCookie('sealed-session', 3600);
