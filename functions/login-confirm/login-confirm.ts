/** `POST /login/confirm`: a person's answer to whether an app may have them signed in. Leads to the app either way. */
import type { CookiePasswords } from '../shared/crypto/cookie-passwords.ts';
import { AuthError, toLoginErrorCode } from '../shared/domain/auth-error.ts';
import type { Clock } from '../shared/domain/clock.ts';
import type { DeviceTickets } from '../shared/domain/device-tickets.ts';
import type { EventBus } from '../shared/domain/events.ts';
import { logFailure } from '../shared/domain/log.ts';
import { openGrant } from '../shared/domain/login-confirmation.ts';
import { abandonSession, type LoginGrant, mintTicket } from '../shared/domain/login-grant.ts';
import { isLoginCookie } from '../shared/domain/login-transaction.ts';
import { failureRedirect } from '../shared/domain/native-authorization.ts';
import type { RemoteSessions } from '../shared/domain/remote-sessions.ts';
import { clearCookie, cookieValues } from '../shared/http/cookies.ts';
import { readForm } from '../shared/http/form.ts';
import { requireTrustedOrigin } from '../shared/http/guards.ts';
import type { HttpRequest } from '../shared/http/request.ts';
import { type HttpResponse, redirect } from '../shared/http/response.ts';
import type { Endpoint } from '../shared/http/serve.ts';
import { type Confirmation, parseConfirmation } from './confirmation-parameters.ts';

export interface LoginConfirmDependencies {
  readonly passwords: () => Promise<CookiePasswords>;
  readonly tickets: DeviceTickets;
  readonly events: EventBus;
  readonly remoteSessions: RemoteSessions;
  readonly clock: Clock;
  readonly settings: { readonly stage: string; readonly publicUrl: string };
}

export function loginConfirm(dependencies: LoginConfirmDependencies): Endpoint {
  const { settings, clock } = dependencies;
  const { publicUrl, stage } = settings;
  return async (request, exchange) => {
    // Our own page alone: no front end elsewhere may answer for the person in front.
    requireTrustedOrigin(request, { publicUrl, webOrigins: [] });
    const confirmation = parseConfirmation(readForm(request));
    const rules = { passwords: await dependencies.passwords(), stage, now: clock() };
    const grant = matchGrant(request, confirmation, rules);
    if (!grant) throw new AuthError('login_expired', 'no question was asked in this browser, or it was answered');
    exchange.setCookie(clearCookie(confirmation.flow));

    const { face, state, holds, provider } = grant;
    const appReturn = { face, state, redirectUri: holds.redirectUri, issuer: publicUrl };
    const log = exchange.log.with({ origin: 'native', provider, clientId: holds.clientId });
    try {
      if (confirmation.decision === 'cancel') {
        await abandonSession(dependencies.remoteSessions, holds, log);
        throw new AuthError('access_denied', 'the person did not want to go on to the app');
      }
      return seeOther(await mintTicket({ ...dependencies, log }, grant, appReturn, rules.now));
    } catch (cause) {
      if (!(cause instanceof AuthError)) throw cause;
      logFailure(log, 'login.failed', cause);
      return seeOther(failureRedirect(appReturn, toLoginErrorCode(cause.code)));
    }
  };
}

/** The cookie is the one that this browser was given with the page, and alone of its name. */
function matchGrant(
  request: HttpRequest,
  { flow, confirmation }: Confirmation,
  rules: Parameters<typeof openGrant>[2],
): LoginGrant | undefined {
  if (!isLoginCookie(flow)) return undefined;
  const [value, ...others] = cookieValues(request.cookies, flow);
  return value === undefined || others.length > 0 ? undefined : openGrant(confirmation, { name: flow, value }, rules);
}

/** 303 (RFC 9110 §15.4.4): whatever the browser sent here, the app is only led to. */
const seeOther = (location: string): HttpResponse => ({ ...redirect(location), status: 303 });
