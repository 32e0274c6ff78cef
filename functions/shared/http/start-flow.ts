/** Sends a browser to AuthKit, with a cookie of its own for this flow. */
import type { CookiePasswords } from '../crypto/cookie-passwords.ts';
import type { AuthorizationUrl } from '../domain/authorization-request.ts';
import type { Clock } from '../domain/clock.ts';
import { type LoginTransaction, startLogin } from '../domain/login-transaction.ts';
import { beginFlow } from './login-cookies.ts';
import { parseLoginParameters } from './login-parameters.ts';
import type { HttpRequest } from './request.ts';
import { type HttpResponse, redirect } from './response.ts';
import type { Exchange } from './serve.ts';

export interface FlowDependencies {
  readonly passwords: () => Promise<CookiePasswords>;
  readonly authorizationUrl: AuthorizationUrl;
  readonly clock: Clock;
  readonly settings: {
    readonly stage: string;
    /** Values of `provider` that this stage offers beside `authkit`. */
    readonly providers: readonly string[];
  };
}

/** What a login is for. */
export interface Flow extends Pick<LoginTransaction, 'returnTo' | 'native'> {
  /** With those that ask for a kind of login among them. */
  readonly parameters: URLSearchParams;
}

/** @throws AuthError `invalid_request`, `temporarily_unavailable` */
export async function startFlow(
  { passwords, authorizationUrl, clock, settings }: FlowDependencies,
  request: HttpRequest,
  { log, setCookie }: Exchange,
  { parameters, ...flow }: Flow,
): Promise<HttpResponse> {
  const { origin, ...hints } = parseLoginParameters(parameters, settings.providers);
  const { provider } = hints;
  const now = clock();
  const keys = await passwords();
  const started = startLogin({ issuedAt: now, provider, ...flow }, keys, settings.stage);
  const location = await authorizationUrl({ ...hints, state: started.state, codeChallenge: started.codeChallenge });

  beginFlow(request, started, { now, passwords: keys, stage: settings.stage }).forEach(setCookie);
  log.info('login.started', { origin, provider });
  return redirect(location);
}
