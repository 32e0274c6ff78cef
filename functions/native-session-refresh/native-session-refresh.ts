/** `POST /native/session/refresh`: a refresh token in exchange for a JWT and the next refresh token. */
import { AuthError } from '../shared/domain/auth-error.ts';
import type { DpopVerifier } from '../shared/domain/dpop.ts';
import { refreshNativeSession, type RefreshParts } from '../shared/domain/refresh-native-session.ts';
import { readDpopProof } from '../shared/http/dpop-header.ts';
import { readJson } from '../shared/http/json-body.ts';
import { json } from '../shared/http/response.ts';
import type { Endpoint } from '../shared/http/serve.ts';
import { refreshRequest } from './refresh-parameters.ts';

export interface NativeSessionRefreshDependencies extends RefreshParts {
  readonly dpop: DpopVerifier;
  readonly settings: { readonly publicUrl: string };
}

export function nativeSessionRefresh(dependencies: NativeSessionRefreshDependencies): Endpoint {
  const { dpop, clock, settings } = dependencies;
  return async (request, { log }) => {
    const { refreshToken } = readJson(request, refreshRequest);
    const proofThumbprint = await readDpopProof(request, dpop, settings.publicUrl, clock());
    const client = { ipAddress: request.sourceIp, userAgent: request.userAgent };
    const refreshed = await refreshNativeSession(dependencies, { refreshToken, proofThumbprint, client }, log);
    if (refreshed.outcome === 'granted') return json(200, refreshed.tokens);
    if (refreshed.reason === 'proof_missing')
      throw new AuthError('invalid_dpop_proof', 'the session is bound to a key, and the request has no proof');
    throw new AuthError('invalid_grant', `the session was not refreshed: ${refreshed.reason}`);
  };
}
