/** Native sessions' rows in memory: the NativeSessions table's behaviour without a table. */
import type {
  NativeSession,
  NativeSessionEnd,
  NativeSessionRecords,
} from '../../functions/shared/domain/native-session-records.ts';

export interface MemoryNativeSessionRow {
  readonly session: NativeSession;
  readonly ended?: { readonly at: Date; readonly reason: NativeSessionEnd };
}

export interface MemoryNativeSessionRecords extends NativeSessionRecords {
  /** By session id. */
  readonly rows: ReadonlyMap<string, MemoryNativeSessionRow>;
}

export function createMemoryNativeSessionRecords(): MemoryNativeSessionRecords {
  const rows = new Map<string, MemoryNativeSessionRow>();
  const stands = ({ session, ended }: MemoryNativeSessionRow, now: Date): boolean => !ended && session.expiresAt > now;
  const listBy = (name: 'userId' | 'workosSessionId', value: string, now: Date): Promise<readonly NativeSession[]> => {
    const standing = [...rows.values()].filter((row) => row.session[name] === value && stands(row, now));
    const sessions = standing.map(({ session }) => session);
    return Promise.resolve(sessions.toSorted((a, b) => b.lastSeenAt.getTime() - a.lastSeenAt.getTime()));
  };

  return {
    rows,
    begin(session) {
      rows.set(session.sessionId, { session: { ...session, client: known(session.client) } });
      return Promise.resolve();
    },
    find(sessionId, now) {
      const row = rows.get(sessionId);
      return Promise.resolve(row && stands(row, now) ? row.session : undefined);
    },
    findKept: (sessionId) => Promise.resolve(rows.get(sessionId)?.session),
    rotate(sessionId, { from, now, expiresAt, client, asked }) {
      const row = rows.get(sessionId);
      if (!row || !stands(row, now)) return Promise.resolve(false);
      const { counter, askedAt } = row.session;
      if (counter !== from.counter || askedAt.getTime() !== from.askedAt.getTime()) return Promise.resolve(false);
      const rotated = { counter: counter + 1, rotatedAt: now, lastSeenAt: now, expiresAt, client: known(client) };
      const answered = asked && { roles: asked.roles, askedAt: now };
      rows.set(sessionId, { session: { ...row.session, ...rotated, ...answered } });
      return Promise.resolve(true);
    },
    end(sessionId, reason, now) {
      const row = rows.get(sessionId);
      if (!row || row.ended) return Promise.resolve(false);
      rows.set(sessionId, { ...row, ended: { at: now, reason } });
      return Promise.resolve(true);
    },
    askAgain(sessionId) {
      const row = rows.get(sessionId);
      if (row) rows.set(sessionId, { ...row, session: { ...row.session, askedAt: new Date(0) } });
      return Promise.resolve();
    },
    listByUser: (userId, now) => listBy('userId', userId, now),
    listByWorkosSession: (workosSessionId, now) => listBy('workosSessionId', workosSessionId, now),
  };
}

function known({ ipAddress, userAgent }: NativeSession['client']): NativeSession['client'] {
  return { ...(ipAddress !== undefined && { ipAddress }), ...(userAgent !== undefined && { userAgent }) };
}
