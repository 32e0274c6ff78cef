/** From an authorization code to a sealed session of a known user. */
import { AuthError } from '../shared/domain/auth-error.ts';
import type { CodeExchange } from '../shared/domain/code-exchange.ts';
import type { EventBus } from '../shared/domain/events.ts';
import type { Log } from '../shared/domain/log.ts';
import type { LoginTransaction } from '../shared/domain/login-transaction.ts';
import type { SessionRecords } from '../shared/domain/session-records.ts';
import type { Users } from '../shared/domain/users.ts';
import type { HttpRequest } from '../shared/http/request.ts';

export interface LoginCompletion {
  readonly codes: CodeExchange;
  readonly users: Users;
  readonly records: SessionRecords;
  readonly events: EventBus;
}

export interface LoginToComplete {
  readonly code: string;
  readonly login: LoginTransaction & { readonly codeVerifier: string };
  readonly request: HttpRequest;
  readonly log: Log;
  readonly now: Date;
}

/**
 * @returns the seal for `wos-session`.
 * @throws AuthError as `CodeExchange.exchange` does, and `user_disabled`.
 */
export async function completeLogin(
  { codes, users, records, events }: LoginCompletion,
  { code, login, request, log, now }: LoginToComplete,
): Promise<string> {
  const client = { ipAddress: request.sourceIp, userAgent: request.userAgent };
  const { session, workosUserId, seal } = await codes.exchange(code, login.codeVerifier, client);
  const method = session.authMethod;
  log.info('login.code_exchanged', { method, userId: session.userId });

  const { userId, sessionId, email, name, pictureUrl, organizationId, roles } = session;
  const profile = { email, name, pictureUrl, authMethod: method, organizationId, roles };
  const [user] = await Promise.all([
    users.recordSignIn({ userId, workosUserId, ...profile, at: now }),
    records.begin({ sessionId, userId, organizationId }, client, now),
  ]);
  if (!user) throw new AuthError('user_disabled', 'the user is disabled or deleted');
  log.info('login.user_recorded', { method, userId, isNew: user.createdAt.getTime() === now.getTime() });

  const signedIn = { userId, sessionId, origin: 'web', provider: login.provider, method, organizationId } as const;
  try {
    await events.publish('user.signed_in', signedIn);
  } catch (cause) {
    // Who listens on the bus misses one; the user is signed in all the same.
    log.error('event.lost', { name: 'user.signed_in' }, cause);
  }
  log.info('login.completed', { method, userId });
  return seal;
}
