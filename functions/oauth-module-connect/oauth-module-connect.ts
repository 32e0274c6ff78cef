/** `GET /oauth/{module}/connect`: leads a browser to the consent to a module, for its own session or for an app's. */
import { AuthError } from '../shared/domain/auth-error.ts';
import { connectEndUrl } from '../shared/domain/connect-end.ts';
import type { Module } from '../shared/domain/modules.ts';
import { parseReturnTo } from '../shared/domain/return-to.ts';
import type { IsStanding } from '../shared/domain/session-standing.ts';
import type { WebSessions } from '../shared/domain/web-sessions.ts';
import { isForeignSubresource, isFromAnotherOrigin, refusePrefetch } from '../shared/http/guards.ts';
import { requireModule, requireNoImpersonator } from '../shared/http/module-route.ts';
import { singleParameter } from '../shared/http/query.ts';
import type { HttpRequest } from '../shared/http/request.ts';
import { type HttpResponse, redirect } from '../shared/http/response.ts';
import type { Endpoint, Exchange } from '../shared/http/serve.ts';
import { openRequestSession } from '../shared/http/session-cookie.ts';
import { type ConsentParts, startConsent } from '../shared/http/start-consent.ts';
import { connectPage } from '../shared/pages/connect-page.ts';
import { preferredLanguage } from '../shared/pages/language.ts';
import { type ConnectRequestOpening, openConnectRequest } from './open-connect-request.ts';

export interface ConnectDependencies extends ConsentParts, ConnectRequestOpening {
  readonly sessions: WebSessions;
  readonly isStanding: IsStanding;
  /** Those that the stage switches on. */
  readonly modules: readonly Module[];
  readonly settings: ConnectRequestOpening['settings'] & {
    readonly webOrigins: readonly string[];
    readonly sessionMaxAgeSeconds: number;
  };
}

export function oauthModuleConnect(dependencies: ConnectDependencies): Endpoint {
  return async (request, exchange) => {
    refusePrefetch(request);
    // Nobody consents in an image. A hundred of them at once would each leave a cookie, more than fits into a request.
    if (isForeignSubresource(request)) throw new AuthError('invalid_request', 'a consent is not a part of a page');
    const module = requireModule(dependencies.modules, request.path.slice('/oauth/'.length, -'/connect'.length));
    const box = singleParameter(request.query, 'request');
    return box === undefined
      ? startForBrowser(dependencies, module, request, exchange)
      : startForApp(dependencies, { module, box }, request, exchange);
  };
}

async function startForBrowser(
  dependencies: ConnectDependencies,
  module: Module,
  request: HttpRequest,
  exchange: Exchange,
): Promise<HttpResponse> {
  const { sessions, isStanding, settings } = dependencies;
  const returnTo = parseReturnTo(singleParameter(request.query, 'return_to'), settings);
  const here = connectPath(module, returnTo);
  const session = await openRequestSession(request, exchange, { sessions, ...settings });
  if (!session || !(await isStanding(session))) {
    // Where both together are too long for `/login`, the consent is worth more than where it leads to afterwards.
    const back = parseReturnTo(here, settings) ?? connectPath(module);
    return redirect(`/login?${new URLSearchParams({ return_to: back })}`);
  }
  exchange.showTo(session);
  requireNoImpersonator(session);
  if (isFromAnotherOrigin(request)) {
    const language = preferredLanguage(request.headers['accept-language']);
    const cancelHref = connectEndUrl(returnTo, { connect_error: 'consent_refused' }, settings.publicUrl);
    return connectPage({ language, user: session, module, connectHref: here, cancelHref });
  }
  const { email: loginHint, organizationId } = session;
  return startConsent(dependencies, request, exchange, {
    module,
    transaction: { session, returnTo },
    loginHint,
    organizationId,
  });
}

function connectPath({ name }: Module, returnTo?: string): string {
  const query = returnTo === undefined ? '' : `?${new URLSearchParams({ return_to: returnTo })}`;
  return `/oauth/${name}/connect${query}`;
}

async function startForApp(
  dependencies: ConnectDependencies,
  { module, box }: { readonly module: Module; readonly box: string },
  request: HttpRequest,
  exchange: Exchange,
): Promise<HttpResponse> {
  const rules = { passwords: await dependencies.passwords(), now: dependencies.clock() };
  const opened = await openConnectRequest(dependencies, { box, module: module.name }, rules);
  if (opened.outcome === 'failed') return redirect(opened.location);
  const { native, loginHint, organizationId, clientId } = opened;
  const log = exchange.log.with({ clientId });
  return startConsent(
    dependencies,
    request,
    { ...exchange, log },
    { module, transaction: { native }, loginHint, organizationId },
  );
}
