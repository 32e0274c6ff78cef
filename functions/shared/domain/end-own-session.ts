/** A user ends one of their own sessions, in a browser or in an app: here, and at WorkOS. */
import type { EventBus } from './events.ts';
import type { Log } from './log.ts';
import type { NativeSession, NativeSessionRecords } from './native-session-records.ts';
import type { RemoteSessions } from './remote-sessions.ts';
import type { SessionRecords } from './session-records.ts';
import type { Session } from './web-sessions.ts';

export interface EndOwnSessionParts {
  readonly records: Pick<SessionRecords, 'end' | 'ownerOf'>;
  readonly nativeSessions: Pick<NativeSessionRecords, 'end' | 'findKept'>;
  readonly remote: RemoteSessions;
  readonly events: EventBus;
}

/**
 * May be repeated, and is to be where WorkOS did not hear: one that has ended already is ended again.
 * @param current the session that asks. It need not stand: WorkOS may not have heard of its end yet.
 * @returns `false` for one that is not this user's: it is not there, as far as they are told.
 * @throws AuthError `temporarily_unavailable`; the session has ended here by then, if it is WorkOS that does not answer.
 */
export async function endOwnSession(
  parts: EndOwnSessionParts,
  id: string,
  current: Session,
  { log, now }: { readonly log: Log; readonly now: Date },
): Promise<boolean> {
  const isCurrent = id === current.sessionId;
  const { userId, workosUserId } = current;
  const endWeb = async (): Promise<true> => {
    // First: a refresh under way finds it ended, and nothing that reads the row takes it any more.
    await parts.records.end({ sessionId: id, userId }, now);
    log.info('session.ended_by_user', { userId, isCurrent, kind: 'web' });
    await parts.remote.revoke({ workosUserId, sessionId: id });
    return true;
  };
  // It has no row if it began in another application that shares the seal.
  if (isCurrent && current.kind === 'web') return endWeb();

  const [owner, native] = await Promise.all([parts.records.ownerOf(id), parts.nativeSessions.findKept(id)]);
  if (native?.userId === userId) {
    await endNative(parts, native, { log, now, isCurrent });
    return true;
  }
  return owner === userId && endWeb();
}

async function endNative(
  { nativeSessions, remote, events }: EndOwnSessionParts,
  { sessionId, userId, clientId, workosSessionId }: NativeSession,
  { log, now, isCurrent }: { readonly log: Log; readonly now: Date; readonly isCurrent: boolean },
): Promise<void> {
  // An app that ends itself could not repeat a request that WorkOS did not hear: its JWT ends with the row.
  if (isCurrent) await remote.revokeById(workosSessionId);
  if (await nativeSessions.end(sessionId, 'ended_by_user', now)) {
    log.info('session.ended_by_user', { userId, isCurrent, kind: 'native' });
    try {
      await events.publish('native.session.revoked', { userId, sessionId, clientId, reason: 'ended_by_user' });
    } catch (cause) {
      log.error('event.lost', { name: 'native.session.revoked' }, cause);
    }
  }
  if (!isCurrent) await remote.revokeById(workosSessionId);
}
