/**
 * `POST /oauth/revoke` (RFC 7009): ends the session that a token belongs to, here and at WorkOS. Either kind of token ends all
 * of it: a session without its refresh tokens would be over within the hour anyway.
 */
import type { AccessTokenVerifier } from '../shared/domain/access-tokens.ts';
import { AuthError } from '../shared/domain/auth-error.ts';
import type { Clock } from '../shared/domain/clock.ts';
import { findNativeSession, signOutNativeSession, type SignOutParts } from '../shared/domain/end-native-session.ts';
import type { NativeClient } from '../shared/domain/native-clients.ts';
import type { NativeSession } from '../shared/domain/native-session-records.ts';
import { requireClient } from '../shared/http/public-client.ts';
import type { Endpoint } from '../shared/http/serve.ts';
import { readRevocationRequest } from './revocation-parameters.ts';

export interface OAuthRevokeDependencies extends SignOutParts {
  readonly accessTokens: AccessTokenVerifier;
  readonly clock: Clock;
  readonly settings: { readonly nativeClients: readonly NativeClient[] };
}

export function oauthRevoke(dependencies: OAuthRevokeDependencies): Endpoint {
  const { clock, settings } = dependencies;
  return async (request, { log }) => {
    const { token, client_id: clientId } = readRevocationRequest(request);
    requireClient(settings.nativeClients, clientId);
    const now = clock();
    const session = await findSession(dependencies, token, now);
    // §2.1: it has to have been issued to the client that asks. The token stays as it was.
    if (session && session.clientId !== clientId) throw new AuthError('invalid_grant', 'the token of another client');
    if (session) await signOutNativeSession(dependencies, session, { log, now });
    // §2.2: what is no token is none, which is what was asked for.
    return { status: 200, headers: {}, body: '' };
  };
}

/** A JWT has dots, which base64url has not: no hint is needed (§2.1 allows to ignore it). */
async function findSession(
  { accessTokens, ...parts }: OAuthRevokeDependencies,
  token: string,
  now: Date,
): Promise<NativeSession | undefined> {
  if (!token.includes('.')) return findNativeSession(parts, token);
  // A bound one needs no proof here: whoever holds it may make it worthless.
  const verified = await accessTokens.verify(token, now);
  return verified && parts.sessions.findKept(verified.sessionId);
}
