/** Sends a browser to consent to a module, with a cookie of its own for this flow: for itself, or for an app. */
import type { CookiePasswords } from '../crypto/cookie-passwords.ts';
import type { Clock } from '../domain/clock.ts';
import { type ConnectInitiator, startConnect } from '../domain/connect-transaction.ts';
import type { ConsentUrl, ModuleConsent } from '../domain/consent-url.ts';
import type { Module } from '../domain/modules.ts';
import { beginFlow } from './login-cookies.ts';
import type { HttpRequest } from './request.ts';
import { type HttpResponse, redirect } from './response.ts';
import type { Exchange } from './serve.ts';

export interface ConsentParts {
  readonly passwords: () => Promise<CookiePasswords>;
  readonly consentUrl: ConsentUrl;
  readonly clock: Clock;
  readonly settings: { readonly stage: string };
}

export interface ConsentToStart extends Pick<ModuleConsent, 'loginHint' | 'organizationId'> {
  readonly module: Module;
  readonly transaction: ConnectInitiator;
}

/** @throws AuthError `temporarily_unavailable` */
export async function startConsent(
  { passwords, consentUrl, clock, settings: { stage } }: ConsentParts,
  request: HttpRequest,
  { log, setCookie }: Pick<Exchange, 'log' | 'setCookie'>,
  { module, transaction, loginHint, organizationId }: ConsentToStart,
): Promise<HttpResponse> {
  const now = clock();
  const keys = await passwords();
  const started = startConnect({ issuedAt: now, module: module.name, ...transaction }, keys, stage);
  const { state, codeChallenge } = started;
  const location = await consentUrl(module, { state, codeChallenge, loginHint, organizationId });

  beginFlow(request, started, { now, passwords: keys, stage }).forEach(setCookie);
  const { name, connectVia } = module;
  log.info('connect.started', { module: name, connectVia, origin: transaction.native ? 'native' : 'web' });
  return redirect(location);
}
