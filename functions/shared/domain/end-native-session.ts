/** The two ways in which a native session ends before its time: its user signs out, or somebody revokes it. */
import { isEqual } from '../crypto/constant-time.ts';
import type { DomainEvents } from './events.ts';
import type { DataKeys } from './key-ring.ts';
import type { Log } from './log.ts';
import type { NativeSessionParts } from './native-grants.ts';
import type { NativeSession } from './native-session-records.ts';
import { hashFamily, readRefreshToken } from './refresh-token.ts';

export interface Revocation {
  readonly reason: DomainEvents['native.session.revoked']['reason'];
  readonly log: Log;
  readonly now: Date;
}

/**
 * Ends a family of refresh tokens otherwise than by signing out; said once on the bus and in the log. At WorkOS it ends as
 * far as WorkOS can be reached: its own session opens nothing here.
 * @returns whether it was this call that ended it.
 */
export async function revokeNativeSession(
  { sessions, remote, events }: NativeSessionParts,
  session: NativeSession,
  { reason, log, now }: Revocation,
): Promise<boolean> {
  const { sessionId, userId, clientId, workosSessionId } = session;
  if (!(await sessions.end(sessionId, reason, now))) return false;
  const revoked = { sessionId, userId, clientId, reason };
  // A token in other hands. What WorkOS or the user ended has ended as it should.
  if (reason === 'refresh_token_reused') log.warn('native.session_revoked', revoked);
  else log.info('native.session_revoked', revoked);
  const publish = async (): Promise<void> => {
    try {
      await events.publish('native.session.revoked', revoked);
    } catch (cause) {
      log.error('event.lost', { name: 'native.session.revoked' }, cause);
    }
  };
  const revokeAtWorkos = async (): Promise<void> => {
    try {
      await remote.revokeById(workosSessionId);
    } catch (cause) {
      log.warn('native.workos_session_kept', { sessionId, userId }, cause);
    }
  };
  await Promise.all([publish(), revokeAtWorkos()]);
  return true;
}

export interface SignOutParts extends NativeSessionParts {
  /** Of purpose `native-refresh`. */
  readonly keys: DataKeys;
}

/**
 * The session of a refresh token, whether it still stands or not. Any token of the family does, spent ones too: who holds one
 * could end the session by using it.
 */
export async function findNativeSession(
  { keys, sessions }: Pick<SignOutParts, 'keys' | 'sessions'>,
  refreshToken: string,
): Promise<NativeSession | undefined> {
  const token = await readRefreshToken(refreshToken, keys);
  const session = token && (await sessions.findKept(token.sessionId));
  return session && isEqual(session.familyHash, hashFamily(token)) ? session : undefined;
}

/**
 * Ends a session that its user signs out of, here first and then at WorkOS. May be repeated, and is to be where WorkOS did
 * not hear.
 * @throws AuthError `temporarily_unavailable`; when it is WorkOS that does not answer, the session has ended here all the same.
 */
export async function signOutNativeSession(
  { sessions, remote, events }: NativeSessionParts,
  { sessionId, userId, clientId, workosSessionId }: NativeSession,
  { log, now }: Omit<Revocation, 'reason'>,
): Promise<void> {
  if (await sessions.end(sessionId, 'signed_out', now)) {
    log.info('native.signed_out', { sessionId, userId, clientId });
    try {
      await events.publish('user.signed_out', { userId, sessionId });
    } catch (cause) {
      log.error('event.lost', { name: 'user.signed_out' }, cause);
    }
  }
  await remote.revokeById(workosSessionId);
}
