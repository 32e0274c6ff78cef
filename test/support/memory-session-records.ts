/** Web sessions' rows in memory: the Sessions table's behaviour without a table. */
import type { SessionRecord, SessionRecords } from '../../functions/shared/domain/session-records.ts';
import type { ClientInfo } from '../../functions/shared/domain/web-sessions.ts';

export interface MemorySessionRow {
  readonly userId: string;
  readonly organizationId?: string | undefined;
  readonly createdAt: Date;
  readonly lastSeenAt: Date;
  readonly expiresAt: Date;
  readonly client?: ClientInfo;
  readonly endedAt?: Date;
  readonly lease?: { readonly leaseId: string; readonly until: Date; readonly tokenHash: string };
  readonly refusal?: { readonly until: Date; readonly tokenHash: string };
  readonly successor?: { readonly successor: string; readonly until: Date; readonly tokenHash: string };
}

/** By session id; shared with the refresh leases, as in the table. */
export type MemorySessionRows = Map<string, MemorySessionRow>;

export interface MemorySessionsOptions {
  readonly rows?: MemorySessionRows;
  readonly sessionMaxAgeSeconds?: number;
}

export function createMemorySessionRecords(options: MemorySessionsOptions = {}): SessionRecords {
  const { rows = new Map<string, MemorySessionRow>(), sessionMaxAgeSeconds = 86_400 } = options;
  const expiry = (now: Date): Date => new Date(now.getTime() + sessionMaxAgeSeconds * 1000);

  return {
    begin({ sessionId, userId, organizationId }, client, now) {
      const row = rows.get(sessionId);
      const createdAt = row?.createdAt ?? now;
      rows.set(sessionId, {
        ...row,
        userId,
        organizationId,
        createdAt,
        lastSeenAt: now,
        expiresAt: expiry(now),
        client,
      });
      return Promise.resolve();
    },
    end({ sessionId, userId }, now) {
      const {
        lease: _lease,
        successor: _successor,
        ...row
      } = rows.get(sessionId) ?? { userId, createdAt: now, lastSeenAt: now };
      rows.set(sessionId, { endedAt: now, ...row, expiresAt: expiry(now) });
      return Promise.resolve();
    },
    ownerOf: (sessionId) => Promise.resolve(rows.get(sessionId)?.userId),
    isEnded: (sessionId) => Promise.resolve(rows.get(sessionId)?.endedAt !== undefined),
    list(userId, now) {
      const records = [...rows]
        .filter(([, row]) => row.userId === userId && row.endedAt === undefined && row.expiresAt > now)
        .map(([sessionId, row]) => toRecord(sessionId, row));
      return Promise.resolve(records.toSorted((a, b) => b.lastSeenAt.getTime() - a.lastSeenAt.getTime()));
    },
  };
}

function toRecord(
  sessionId: string,
  { userId, organizationId, createdAt, lastSeenAt, client }: MemorySessionRow,
): SessionRecord {
  const { ipAddress, userAgent } = client ?? {};
  const known = { ...(ipAddress && { ipAddress }), ...(userAgent && { userAgent }) };
  return { sessionId, userId, organizationId, createdAt, lastSeenAt, client: known };
}
