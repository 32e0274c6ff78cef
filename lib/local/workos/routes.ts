/** Which endpoint of the front answers a request, and under which name the fault switches know it. */
import { callApi } from './api.ts';
import { requireApiKey } from './api-key.ts';
import { authenticateEndpoint } from './authenticate.ts';
import { finishAuthorization, startAuthorization } from './authorize.ts';
import type { Context } from './context.ts';
import type { Emulator } from './emulator.ts';
import { json, redirect, type FrontRequest, type Reply } from '../front/http.ts';
import { finishAtProvider, providerAt } from './provider-consent.ts';
import { notFound } from './refusals.ts';
import { logout, revoke } from './session-endpoints.ts';

export interface Route {
  /** The operation of the target `workos` in `LOCAL_FAULTS`. */
  readonly operation: 'authorize' | 'authenticate' | 'jwks' | 'logout' | 'revoke' | 'api';
  readonly endpoint: (request: FrontRequest) => Reply | Promise<Reply>;
}

/** @param initiateLoginUri where WorkOS sends people who reach it outside of a sign-in that the application began */
export function createRouter(
  context: Context,
  emulator: Emulator,
  initiateLoginUri: string | undefined,
): (method: string, path: string) => Route {
  const authenticate = authenticateEndpoint(context);
  const routes: Readonly<Record<string, Route>> = {
    'GET /user_management/authorize': {
      operation: 'authorize',
      endpoint: (request) => startAuthorization(context, request),
    },
    'POST /user_management/authorize': {
      operation: 'authorize',
      endpoint: (request) => finishAuthorization(context, request),
    },
    'POST /user_management/authenticate': { operation: 'authenticate', endpoint: authenticate },
    'GET /user_management/sessions/logout': { operation: 'logout', endpoint: (request) => logout(context, request) },
    'POST /user_management/sessions/revoke': {
      operation: 'revoke',
      endpoint: (request) => {
        requireApiKey(context, request);
        return revoke(context, request);
      },
    },
  };

  return (method, path) => {
    const route = routes[`${method} ${path}`];
    if (route !== undefined) return route;
    const provider = method === 'GET' ? providerAt(path) : undefined;
    if (provider !== undefined) {
      return { operation: 'authorize', endpoint: (request) => finishAtProvider(context, emulator, provider, request) };
    }
    const jwksOf = /^\/sso\/jwks\/([^/]+)$/.exec(path)?.[1];
    if (method === 'GET' && jwksOf !== undefined) {
      return { operation: 'jwks', endpoint: () => publishKeys(context, jwksOf) };
    }
    // Paths that the front owns never reach the emulator under another method: it would answer in its own way.
    if (Object.keys(routes).some((each) => each.endsWith(` ${path}`)) || jwksOf !== undefined) {
      return { operation: 'api', endpoint: () => json(405, { message: 'Method Not Allowed' }) };
    }
    if (method === 'GET' && path === '/' && initiateLoginUri !== undefined) {
      return { operation: 'authorize', endpoint: () => redirect(initiateLoginUri) };
    }
    return {
      operation: 'api',
      endpoint: (request) => {
        requireApiKey(context, request);
        return callApi(context, emulator, request);
      },
    };
  };
}

async function publishKeys(context: Context, clientId: string): Promise<Reply> {
  if (clientId !== context.clientId) throw notFound('Application', clientId);
  return json(200, await context.accessTokens.jwks());
}
