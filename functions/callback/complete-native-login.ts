/** From an authorization code to a ticket for an app, or to the page that asks whether the app may have one. */
import type { CookiePasswords } from '../shared/crypto/cookie-passwords.ts';
import { AuthError } from '../shared/domain/auth-error.ts';
import type { CodeExchange, ExchangedLogin } from '../shared/domain/code-exchange.ts';
import { type DeviceTickets, newTicket } from '../shared/domain/device-tickets.ts';
import type { EventBus } from '../shared/domain/events.ts';
import { sealGrant } from '../shared/domain/login-confirmation.ts';
import { abandonSession, type LoginGrant, mintTicket } from '../shared/domain/login-grant.ts';
import { loginTransactionTtlSeconds, startConfirmation } from '../shared/domain/login-transaction.ts';
import type { AppReturn } from '../shared/domain/native-authorization.ts';
import type { NativeClient } from '../shared/domain/native-clients.ts';
import type { NativeTransaction } from '../shared/domain/native-transaction.ts';
import type { RemoteSessions } from '../shared/domain/remote-sessions.ts';
import type { Users } from '../shared/domain/users.ts';
import { setCookie } from '../shared/http/cookies.ts';
import { type HttpResponse, redirect } from '../shared/http/response.ts';
import { confirmAppPage } from '../shared/pages/confirm-app-page.ts';
import { preferredLanguage } from '../shared/pages/language.ts';
import type { LoginToComplete } from './complete-login.ts';
import { recordUser } from './record-user.ts';

export interface NativeLoginCompletion {
  readonly codes: CodeExchange;
  readonly users: Users;
  readonly tickets: DeviceTickets;
  readonly events: EventBus;
  /** For logins of which nothing comes. */
  readonly remoteSessions: RemoteSessions;
}

export interface NativeLoginToComplete extends LoginToComplete {
  readonly native: NativeTransaction;
  readonly client: NativeClient;
  readonly appReturn: AppReturn;
  /** Of the flow's cookie, which has been cleared and is set anew where a person is asked. */
  readonly cookieName: string;
  readonly passwords: CookiePasswords;
  readonly stage: string;
  readonly setCookie: (cookie: string) => void;
}

/** @throws AuthError as `CodeExchange.exchange` does, `impersonated` and `user_disabled`; nothing is left of the login then. */
export async function completeNativeLogin(
  parts: NativeLoginCompletion,
  login: NativeLoginToComplete,
): Promise<HttpResponse> {
  const { request, log, now } = login;
  const client = { ipAddress: request.sourceIp, userAgent: request.userAgent };
  const exchanged = await parts.codes.exchange(login.code, login.login.codeVerifier, client);
  const { session } = exchanged;
  log.info('login.code_exchanged', { method: session.authMethod, userId: session.userId });
  try {
    if (session.impersonator) throw new AuthError('impersonated', 'an impersonator signs in to no app');
    await recordUser(parts.users, exchanged, log, now);
    const grant = grantOf(exchanged, login);
    if (login.client.confirm === 'page') return askFirst(exchanged, grant, login);
    return redirect(await mintTicket({ ...parts, log }, grant, login.appReturn, now));
  } catch (cause) {
    await abandonSession(parts.remoteSessions, exchanged, log);
    throw cause;
  }
}

function grantOf({ session, workosUserId, workosSessionId }: ExchangedLogin, login: NativeLoginToComplete): LoginGrant {
  const { userId, organizationId, roles, authMethod: method } = session;
  const { face, state, codeChallenge, dpopThumbprint } = login.native;
  return {
    ticket: newTicket(),
    holds: {
      kind: 'login',
      userId,
      workosUserId,
      workosSessionId,
      organizationId,
      roles,
      clientId: login.client.id,
      redirectUri: login.appReturn.redirectUri,
      codeChallenge,
      dpopThumbprint,
    },
    provider: login.login.provider,
    method,
    face,
    state,
  };
}

/** Any app on the device may claim a scheme and start a login, which AuthKit may finish without a word (RFC 8252 §8.6). */
function askFirst({ session }: ExchangedLogin, grant: LoginGrant, login: NativeLoginToComplete): HttpResponse {
  const { cookieName, passwords, stage, now, request } = login;
  const { provider } = login.login;
  const { cookieValue, nonce } = startConfirmation(cookieName, { issuedAt: now, provider }, passwords, stage);
  login.setCookie(setCookie(cookieName, cookieValue, loginTransactionTtlSeconds));
  return confirmAppPage({
    language: preferredLanguage(request.headers['accept-language']),
    user: session,
    appName: login.client.name,
    flow: cookieName,
    confirmation: sealGrant(grant, { cookieName, nonce }, passwords, stage),
    redirectUri: grant.holds.redirectUri,
  });
}
