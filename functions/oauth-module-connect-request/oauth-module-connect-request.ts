/** `POST /oauth/{module}/connect`: an app asks for an address at which its user can consent to a module. */
import type { CookiePasswords } from '../shared/crypto/cookie-passwords.ts';
import { AuthError } from '../shared/domain/auth-error.ts';
import type { Clock } from '../shared/domain/clock.ts';
import { connectRequestTtlSeconds, sealConnectRequest } from '../shared/domain/connect-request.ts';
import { isReturnable } from '../shared/domain/native-authorization.ts';
import { findClient, matchRedirectUri, type NativeClient } from '../shared/domain/native-clients.ts';
import { readJson } from '../shared/http/json-body.ts';
import { requireNoImpersonator } from '../shared/http/module-route.ts';
import type { AuthenticatedEndpoint } from '../shared/http/protected-endpoint.ts';
import { json } from '../shared/http/response.ts';
import { type ConnectAnswer, connectParameters } from './connect-parameters.ts';

export interface ConnectRequestDependencies {
  readonly passwords: () => Promise<CookiePasswords>;
  readonly clock: Clock;
  readonly settings: {
    readonly stage: string;
    readonly publicUrl: string;
    readonly nativeClients: readonly NativeClient[];
    /** Names of those that are switched on. */
    readonly modules: readonly string[];
  };
}

export function oauthModuleConnectRequest({
  passwords,
  clock,
  settings,
}: ConnectRequestDependencies): AuthenticatedEndpoint {
  const { stage, publicUrl, nativeClients, modules } = settings;
  return async (request, session, { log }) => {
    requireNoImpersonator(session);
    const module = request.path.slice('/oauth/'.length, -'/connect'.length);
    if (!modules.includes(module)) throw new AuthError('not_found', 'no such module is switched on');

    const { redirect_uri: redirectUri, state } = readJson(request, connectParameters);
    const { userId, sessionId, clientId = '' } = session;
    const client = findClient(nativeClients, clientId);
    if (!client) throw new AuthError('invalid_client', 'the settings no longer have the client of the token');
    if (!matchRedirectUri(client, redirectUri))
      throw new AuthError('invalid_redirect_uri', 'not in the settings of this client');
    if (!isReturnable(state)) throw new AuthError('invalid_request', 'no state to give back', { field: 'state' });

    const asked = { module, userId, sessionId, clientId, redirectUri, state, issuedAt: clock() };
    const sealed = sealConnectRequest(asked, await passwords(), stage);
    log.info('connect.requested', { module, userId, sessionId, clientId });
    const url = `${publicUrl}/oauth/${module}/connect?request=${sealed}`;
    return json(201, { url, expiresIn: connectRequestTtlSeconds } satisfies ConnectAnswer);
  };
}
