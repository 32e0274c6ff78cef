/**
 * `GET /callback`: the way back from AuthKit. Exchanges the code and records the sign-in; then a browser gets its session and is
 * sent on, and an app gets a ticket. A consent to a module is handed over to `/oauth/{module}/callback` as it came.
 */
import type { CookiePasswords } from '../shared/crypto/cookie-passwords.ts';
import { AuthError, toLoginErrorCode } from '../shared/domain/auth-error.ts';
import type { Clock } from '../shared/domain/clock.ts';
import { logFailure } from '../shared/domain/log.ts';
import { type AppReturn, failureRedirect, returnOf } from '../shared/domain/native-authorization.ts';
import type { NativeClient } from '../shared/domain/native-clients.ts';
import type { WebSessions } from '../shared/domain/web-sessions.ts';
import { clearCookie } from '../shared/http/cookies.ts';
import { refusePrefetch } from '../shared/http/guards.ts';
import { type HttpResponse, redirect } from '../shared/http/response.ts';
import type { Endpoint } from '../shared/http/serve.ts';
import { openRequestSession, setSessionCookie } from '../shared/http/session-cookie.ts';
import { parseCallbackParameters } from './callback-parameters.ts';
import { completeLogin, type LoginCompletion } from './complete-login.ts';
import { completeNativeLogin, type NativeLoginCompletion } from './complete-native-login.ts';
import { findConsent } from './find-consent.ts';
import { matchLogin } from './match-login.ts';

export interface CallbackDependencies extends LoginCompletion, NativeLoginCompletion {
  readonly passwords: () => Promise<CookiePasswords>;
  readonly sessions: WebSessions;
  readonly clock: Clock;
  readonly settings: {
    readonly stage: string;
    /** `iss` of the answers to apps. */
    readonly publicUrl: string;
    readonly nativeClients: readonly NativeClient[];
    /** Names of the modules that the stage switches on. */
    readonly modules: readonly string[];
    /** Where a login ends that named no `return_to`. */
    readonly afterLogin: string;
    readonly sessionMaxAgeSeconds: number;
  };
}

export function callback(dependencies: CallbackDependencies): Endpoint {
  const { sessions, clock, settings } = dependencies;
  const { stage, nativeClients: clients, publicUrl: issuer } = settings;
  return async (request, exchange) => {
    refusePrefetch(request);
    const { code, error, state } = parseCallbackParameters(request.query);
    if (!code && error === undefined) throw new AuthError('no_code', 'neither code nor error');

    // An invitation or an impersonation starts at WorkOS and knows no state of ours. Its code stays unused: a login that
    // this browser did not start could be a stranger's. WorkOS knows the user by now, so starting over asks them nothing.
    if (state === undefined) {
      exchange.log.info('callback.without_state', {});
      return error === undefined ? redirect('/login') : toErrorPage(toLoginErrorCode(error));
    }

    const passwords = await dependencies.passwords();
    const rules = { now: clock(), passwords, stage };
    // Its own function has the provider's secrets and the keys to its tokens: no sign-in is to start up with these.
    const consent = findConsent(request, state, settings.modules, rules);
    if (consent !== undefined) return redirect(`/oauth/${consent}/callback?${toQuery({ code, error, state })}`);

    const match = matchLogin(request, state, rules);
    // One use, whatever comes of it.
    if (match.cookieName) exchange.setCookie(clearCookie(match.cookieName));
    if (!match.login) {
      exchange.log.warn('callback.unmatched', { code: match.code });
      const isReload = await openRequestSession(request, exchange, { sessions, ...settings });
      return isReload ? redirect(settings.afterLogin) : toErrorPage(match.code);
    }

    const { login, cookieName } = match;
    const { native } = login;
    const app = native && returnOf(native, { clients, issuer });
    const log = exchange.log.with({
      origin: native ? 'native' : 'web',
      provider: login.provider,
      ...(app && { clientId: app.client.id }),
      // What WorkOS called it, also where we know no such code and say `auth_failed`: a word, never its description.
      ...(error !== undefined && /^[a-z_]{1,64}$/.test(error) && { workosError: error }),
    });
    try {
      if (error !== undefined) throw new AuthError(toLoginErrorCode(error), 'AuthKit came back with an error');
      const finished = { code: code ?? '', login, request, log, now: clock() };
      if (native) {
        if (!app) throw new AuthError('login_expired', 'the settings no longer have the app or its redirect');
        const held = { cookieName, passwords, stage, setCookie: exchange.setCookie };
        return await completeNativeLogin(dependencies, { ...finished, native, ...app, ...held });
      }
      const seal = await completeLogin(dependencies, finished);
      exchange.setCookie(setSessionCookie(seal, settings.sessionMaxAgeSeconds));
      return redirect(login.returnTo ?? settings.afterLogin);
    } catch (cause) {
      if (!(cause instanceof AuthError)) throw cause;
      logFailure(log, 'login.failed', cause);
      return app ? toApp(app.appReturn, cause) : toErrorPage(cause.code, login.returnTo);
    }
  };
}

/** Back to a page that says why and redirects nobody. */
function toErrorPage(code: string, returnTo?: string): HttpResponse {
  return redirect(`/login?${toQuery({ error: code, return_to: returnTo })}`);
}

/** What is given of these, encoded. */
function toQuery(parameters: Readonly<Record<string, string | undefined>>): URLSearchParams {
  const isGiven = (pair: [string, string | undefined]): pair is [string, string] => pair[1] !== undefined;
  return new URLSearchParams(Object.entries(parameters).filter(isGiven));
}

function toApp(appReturn: AppReturn, { code }: AuthError): HttpResponse {
  return redirect(failureRedirect(appReturn, toLoginErrorCode(code)));
}
