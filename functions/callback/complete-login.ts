/** From an authorization code to a sealed session of a known user. */
import type { CodeExchange } from '../shared/domain/code-exchange.ts';
import type { EventBus } from '../shared/domain/events.ts';
import type { Log } from '../shared/domain/log.ts';
import type { LoginTransaction } from '../shared/domain/login-transaction.ts';
import { publishSignIn } from '../shared/domain/publish-sign-in.ts';
import type { SessionRecords } from '../shared/domain/session-records.ts';
import type { Users } from '../shared/domain/users.ts';
import type { HttpRequest } from '../shared/http/request.ts';
import { recordUser } from './record-user.ts';

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
 * @throws AuthError as `CodeExchange.exchange` does, `session_too_large` and `user_disabled`.
 */
export async function completeLogin(
  { codes, users, records, events }: LoginCompletion,
  { code, login, request, log, now }: LoginToComplete,
): Promise<string> {
  const client = { ipAddress: request.sourceIp, userAgent: request.userAgent };
  const exchanged = await codes.exchange(code, login.codeVerifier, client);
  const { userId, sessionId, organizationId, authMethod: method } = exchanged.session;
  log.info('login.code_exchanged', { method, userId });

  const seal = await exchanged.seal();
  await Promise.all([
    recordUser(users, exchanged, log, now),
    records.begin({ sessionId, userId, organizationId }, client, now),
  ]);
  const { provider } = login;
  await publishSignIn(events, log, { userId, sessionId, origin: 'web', provider, method, organizationId });
  log.info('login.completed', { method, userId });
  return seal;
}
