/**
 * `GET /oauth/{module}/connect?request=`: what an app asked for, opened once in the system browser. Who is signed in there plays
 * no part: the request says whose session it is for.
 */
import type { CookiePasswords } from '../shared/crypto/cookie-passwords.ts';
import { AuthError } from '../shared/domain/auth-error.ts';
import { openConnectRequest as openSealed } from '../shared/domain/connect-request.ts';
import type { NativeConnect } from '../shared/domain/connect-transaction.ts';
import { connectFailureRedirect } from '../shared/domain/native-connect.ts';
import { findClient, matchRedirectUri, type NativeClient, redirectKey } from '../shared/domain/native-clients.ts';
import type { NativeSessionRecords } from '../shared/domain/native-session-records.ts';
import type { Once } from '../shared/domain/once.ts';
import type { Users } from '../shared/domain/users.ts';

export interface ConnectRequestOpening {
  readonly once: Pick<Once, 'claim'>;
  readonly nativeSessions: Pick<NativeSessionRecords, 'find'>;
  readonly users: Pick<Users, 'find'>;
  readonly settings: {
    readonly stage: string;
    /** `iss` of the answers to apps. */
    readonly publicUrl: string;
    readonly nativeClients: readonly NativeClient[];
  };
}

export type NativeConsent =
  /** For `startConsent()`. */
  | {
      readonly outcome: 'accepted';
      readonly native: NativeConnect;
      readonly loginHint: string;
      readonly organizationId: string | undefined;
      readonly clientId: string;
    }
  /** Its session or its user is gone: told to the app. */
  | { readonly outcome: 'failed'; readonly location: string };

/**
 * @throws AuthError `invalid_ticket` for a request that is forged, expired, used or another module's; `invalid_client` and
 *   `invalid_redirect_uri` when the settings no longer have its app; `temporarily_unavailable`: it can still be opened then.
 */
export async function openConnectRequest(
  { once, nativeSessions, users, settings }: ConnectRequestOpening,
  { box, module }: { readonly box: string; readonly module: string },
  { passwords, now }: { readonly passwords: CookiePasswords; readonly now: Date },
): Promise<NativeConsent> {
  const { stage, publicUrl: issuer, nativeClients: clients } = settings;
  const request = openSealed(box, module, { passwords, stage, now });
  if (!request) throw new AuthError('invalid_ticket', 'no request of ours for this module, or one past its time');
  const { sessionId, userId, state, clientId, redirectUri } = request;
  const client = findClient(clients, clientId);
  if (!client) throw new AuthError('invalid_client', 'the settings no longer have the app');
  const target = matchRedirectUri(client, redirectUri);
  if (!target) throw new AuthError('invalid_redirect_uri', 'the settings no longer have the redirect of the app');

  const [session, user] = await Promise.all([nativeSessions.find(sessionId, now), users.find(userId)]);
  // Last: what could not be read now can be opened again.
  if (!(await once.claim('connect', request.id, request.expiresAt, now)))
    throw new AuthError('invalid_ticket', 'the request was opened before');
  if (session?.userId !== userId || !user)
    return {
      outcome: 'failed',
      location: connectFailureRedirect({ redirectUri, module, state, issuer }, 'session_changed'),
    };
  return {
    outcome: 'accepted',
    native: { redirectKey: redirectKey(target), port: target.port, sessionId, state },
    loginHint: user.email,
    organizationId: session.organizationId,
    clientId,
  };
}
