/**
 * The end of a consent that an app asked for, in the browser: what was granted waits sealed, under a ticket that the app brings
 * to `POST /oauth/{module}/finish`. Until then nothing is connected.
 */
import { AuthError, toConnectErrorCode } from '../shared/domain/auth-error.ts';
import { pendingBinding } from '../shared/domain/connect-ticket.ts';
import type { NativeConnect } from '../shared/domain/connect-transaction.ts';
import { type DeviceTickets, hashTicket, newTicket, ticketTtlSeconds } from '../shared/domain/device-tickets.ts';
import { type Log, logFailure } from '../shared/domain/log.ts';
import type { GrantedConnection } from '../shared/domain/module-keeper.ts';
import type { NativeClient } from '../shared/domain/native-clients.ts';
import { connectFailureRedirect, connectReturnOf, connectSuccessRedirect } from '../shared/domain/native-connect.ts';
import type { NativeSession, NativeSessionRecords } from '../shared/domain/native-session-records.ts';
import type { TokenVault } from '../shared/domain/token-vault.ts';
import type { Users } from '../shared/domain/users.ts';
import { type HttpResponse, redirect } from '../shared/http/response.ts';

export interface NativeConnectCompletion {
  readonly nativeSessions: Pick<NativeSessionRecords, 'find'>;
  readonly users: Pick<Users, 'find'>;
  readonly vault: Pick<TokenVault, 'seal'>;
  readonly tickets: Pick<DeviceTickets, 'put'>;
  readonly settings: {
    /** `iss` of the answers to apps. */
    readonly publicUrl: string;
    readonly nativeClients: readonly NativeClient[];
  };
}

/** What a consent brought, checked in all that does not depend on who asked for it. */
export type ObtainedForApp = Pick<GrantedConnection, 'account' | 'grant' | 'scopes'>;

export interface NativeConnectToComplete {
  readonly native: NativeConnect;
  readonly module: string;
  /**
   * Asks the provider. Called once, and only when everything is right that needs no answer of the provider's.
   * @throws AuthError with what the provider came back with, `account_mismatch` for another user than the session's.
   */
  readonly obtain: (session: NativeSession) => Promise<ObtainedForApp>;
  readonly log: Log;
  readonly now: Date;
}

/** @throws AuthError `invalid_redirect_uri` when the settings no longer have the app: nobody but the person in front can be told. */
export async function completeNativeConnect(
  parts: NativeConnectCompletion,
  { native, module, obtain, log, now }: NativeConnectToComplete,
): Promise<HttpResponse> {
  const { nativeClients: clients, publicUrl: issuer } = parts.settings;
  const app = connectReturnOf(native, module, { clients, issuer });
  if (!app) throw new AuthError('invalid_redirect_uri', 'the settings no longer have the app or its redirect');
  const { client, connectReturn } = app;
  try {
    const session = await findStanding(parts, native.sessionId, now);
    if (session?.clientId !== client.id) throw new AuthError('session_changed', 'the session of the app has ended');
    const { account, grant, scopes } = await obtain(session);
    const { userId, sessionId, clientId } = session;
    const ticket = newTicket();
    const sealed = await parts.vault.seal(grant.tokens, pendingBinding({ userId, module }));
    const expiresAt = new Date(now.getTime() + ticketTtlSeconds * 1000);
    const holds = { userId, sessionId, clientId, module, account, scopes, sealed, expiresAt };
    await parts.tickets.put(hashTicket(ticket), { kind: 'connect', ...holds });
    log.info('connect.waits_for_app', { userId, sessionId, clientId });
    return redirect(connectSuccessRedirect(connectReturn, ticket));
  } catch (cause) {
    if (!(cause instanceof AuthError)) throw cause;
    logFailure(log, 'connect.failed', cause);
    return redirect(connectFailureRedirect(connectReturn, toConnectErrorCode(cause.code)));
  }
}

/** @returns `undefined` when the session has ended, or its user is disabled or deleted. */
async function findStanding(
  { nativeSessions, users }: NativeConnectCompletion,
  sessionId: string,
  now: Date,
): Promise<NativeSession | undefined> {
  const session = await nativeSessions.find(sessionId, now);
  return session && (await users.find(session.userId)) ? session : undefined;
}
