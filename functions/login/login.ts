/** `GET /login`: starts a sign-in at AuthKit, or says why the last one failed. */
import type { CookiePasswords } from '../shared/crypto/cookie-passwords.ts';
import { AuthError, toLoginErrorCode } from '../shared/domain/auth-error.ts';
import type { AuthorizationUrl } from '../shared/domain/authorization-request.ts';
import type { Clock } from '../shared/domain/clock.ts';
import { loginTransactionTtlSeconds, startLogin } from '../shared/domain/login-transaction.ts';
import { parseReturnTo } from '../shared/domain/return-to.ts';
import { setCookie } from '../shared/http/cookies.ts';
import { isForeignSubresource, refusePrefetch } from '../shared/http/guards.ts';
import { clearSurplusLogins } from '../shared/http/login-cookies.ts';
import { redirect } from '../shared/http/response.ts';
import type { Endpoint } from '../shared/http/serve.ts';
import { errorPage } from '../shared/pages/error-page.ts';
import { preferredLanguage } from '../shared/pages/language.ts';
import { parseLoginParameters, parseTolerantParameters } from './login-parameters.ts';

export interface LoginDependencies {
  readonly passwords: () => Promise<CookiePasswords>;
  readonly authorizationUrl: AuthorizationUrl;
  readonly clock: Clock;
  readonly settings: {
    readonly stage: string;
    readonly publicUrl: string;
    readonly webOrigins: readonly string[];
    /** Values of `provider` that this stage offers beside `authkit`. */
    readonly providers: readonly string[];
  };
}

export function login({ passwords, authorizationUrl, clock, settings }: LoginDependencies): Endpoint {
  return async (request, { log, setCookie: send }) => {
    const { return_to: wanted, error } = parseTolerantParameters(request.query);
    const returnTo = parseReturnTo(wanted, settings);
    // A page and no redirect: a login that keeps failing must not go in circles.
    if (error !== undefined) {
      return errorPage({
        // 200: anyone can ask for this page, and what it says happened earlier.
        status: 200,
        code: toLoginErrorCode(error),
        language: preferredLanguage(request.headers['accept-language']),
        requestId: request.requestId,
        tryAgainHref: returnTo === undefined ? '/login' : `/login?${new URLSearchParams({ return_to: returnTo })}`,
      });
    }
    refusePrefetch(request);
    // Nobody sees AuthKit in an image. A hundred of them at once would each leave a cookie, more than fits into a request.
    if (isForeignSubresource(request)) throw new AuthError('invalid_request', 'a login is not a part of a page');

    const { origin, ...hints } = parseLoginParameters(request.query, settings.providers);
    if (origin !== 'web') throw new AuthError('invalid_request', 'origin is not web');
    const now = clock();
    const keys = await passwords();
    const started = startLogin({ issuedAt: now, provider: hints.provider, returnTo }, keys, settings.stage);
    const location = await authorizationUrl({ ...hints, state: started.state, codeChallenge: started.codeChallenge });

    clearSurplusLogins(request, { now, passwords: keys, stage: settings.stage }).forEach(send);
    send(setCookie(started.cookieName, started.cookieValue, loginTransactionTtlSeconds));
    log.info('login.started', { origin, provider: hints.provider });
    return redirect(location);
  };
}
