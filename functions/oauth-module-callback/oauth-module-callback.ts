/** `GET /oauth/{module}/callback`: the way back from a consent, from the provider or by way of `/callback`. */
import { openConnect } from '../shared/domain/connect-transaction.ts';
import type { CookiePasswords } from '../shared/crypto/cookie-passwords.ts';
import type { Clock } from '../shared/domain/clock.ts';
import { connectEndUrl } from '../shared/domain/connect-end.ts';
import type { Module } from '../shared/domain/modules.ts';
import { clearCookie } from '../shared/http/cookies.ts';
import { refusePrefetch } from '../shared/http/guards.ts';
import { findFlow } from '../shared/http/login-cookies.ts';
import { requireModule } from '../shared/http/module-route.ts';
import { redirect } from '../shared/http/response.ts';
import type { Endpoint } from '../shared/http/serve.ts';
import { completeNativeConnect, type NativeConnectCompletion } from './complete-native-connect.ts';
import { completeWebConnect, type WebConnectCompletion } from './complete-web-connect.ts';
import { parseConsentAnswer } from './consent-answer.ts';
import { type ConsentingUser, type GrantParts, obtainGrant } from './obtain-grant.ts';

type Completions = GrantParts & NativeConnectCompletion & WebConnectCompletion;

export interface ModuleCallbackDependencies extends Omit<Completions, 'settings'> {
  readonly passwords: () => Promise<CookiePasswords>;
  readonly clock: Clock;
  /** Those that the stage switches on. */
  readonly modules: readonly Module[];
  readonly settings: Completions['settings'] & { readonly stage: string };
}

export function oauthModuleCallback(dependencies: ModuleCallbackDependencies): Endpoint {
  const { modules, clock, settings } = dependencies;
  return async (request, exchange) => {
    refusePrefetch(request);
    const module = requireModule(modules, request.path.slice('/oauth/'.length, -'/callback'.length));
    const { state = '', ...answer } = parseConsentAnswer(request.query);

    const now = clock();
    const rules = { now, passwords: await dependencies.passwords(), stage: settings.stage };
    const found = findFlow(request, state, rules);
    // One use, whatever comes of it.
    if (found) exchange.setCookie(clearCookie(found.cookieName));
    const connect = found?.cookie && openConnect(found.cookie, module.name, rules.passwords, rules.stage);
    const log = exchange.log.with({
      module: module.name,
      // What the provider called it: a word, never its description.
      ...(answer.error !== undefined && /^[a-z_]{1,64}$/.test(answer.error) && { providerError: answer.error }),
    });
    if (!found || !connect) {
      log.warn('connect.unmatched', { isOurs: found !== undefined });
      return redirect(connectEndUrl(undefined, { connect_error: 'auth_failed' }, settings.publicUrl));
    }

    const obtain = async (by: ConsentingUser) => {
      const flow = { id: found.cookieName, issuedAt: connect.issuedAt, codeVerifier: connect.codeVerifier };
      const client = { ipAddress: request.sourceIp, userAgent: request.userAgent };
      return obtainGrant(dependencies, { module, answer, flow, client, log, now }, by);
    };
    return connect.native
      ? completeNativeConnect(dependencies, { native: connect.native, module: module.name, obtain, log, now })
      : completeWebConnect(dependencies, { connect, module, obtain, request, exchange, log });
  };
}
