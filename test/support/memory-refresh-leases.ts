/** Refresh leases in memory: one step each, as the table's conditional writes are. */
import type { RefreshLeases, RefreshRequest } from '../../functions/shared/domain/refresh-leases.ts';
import type { MemorySessionRow, MemorySessionsOptions } from './memory-session-records.ts';

export function createMemoryRefreshLeases(options: MemorySessionsOptions = {}): RefreshLeases {
  const { rows = new Map<string, MemorySessionRow>(), sessionMaxAgeSeconds = 86_400 } = options;

  /** The row without its lease, if the lease is this one. */
  const giveBack = (request: RefreshRequest, leaseId: string): MemorySessionRow | undefined => {
    const { lease, ...row } = rows.get(request.sessionId) ?? {};
    return lease?.leaseId === leaseId && 'userId' in row ? row : undefined;
  };

  return {
    take(request, { leaseId, until }, now) {
      const { sessionId, tokenHash, client } = request;
      const row = rows.get(sessionId);
      const lease = row?.lease;
      const successor = row?.successor;
      if (row?.endedAt) return Promise.resolve({ outcome: 'ended' });
      if (successor?.tokenHash === tokenHash && successor.until > now) {
        return Promise.resolve({ outcome: 'succeeded', successor: successor.successor });
      }
      const refusal = row?.refusal;
      if (refusal?.tokenHash === tokenHash && refusal.until > now) return Promise.resolve({ outcome: 'refused' });
      if (lease && lease.until > now) {
        if (lease.leaseId === leaseId) return Promise.resolve({ outcome: 'taken' });
        if (lease.tokenHash !== tokenHash) return Promise.resolve({ outcome: 'held-for-another-token' });
        return Promise.resolve({ outcome: 'held', until: lease.until });
      }
      rows.set(sessionId, {
        userId: request.userId,
        createdAt: now,
        ...row,
        lastSeenAt: now,
        expiresAt: new Date(now.getTime() + sessionMaxAgeSeconds * 1000),
        client,
        lease: { leaseId, until, tokenHash },
      });
      return Promise.resolve({ outcome: 'taken' });
    },
    isHeld({ sessionId, tokenHash }, now) {
      const lease = rows.get(sessionId)?.lease;
      return Promise.resolve(lease !== undefined && lease.until > now && lease.tokenHash === tokenHash);
    },
    leave(request, { leaseId }, { successor, until }) {
      const row = giveBack(request, leaseId);
      if (row) {
        const { tokenHash } = request;
        rows.set(request.sessionId, { ...row, successor: { successor, until, tokenHash } });
      }
      return Promise.resolve(rows.get(request.sessionId)?.endedAt === undefined);
    },
    refuse(request, { leaseId }, until) {
      const row = giveBack(request, leaseId);
      if (row) rows.set(request.sessionId, { ...row, refusal: { until, tokenHash: request.tokenHash } });
      return Promise.resolve();
    },
    release(request, { leaseId }) {
      const row = giveBack(request, leaseId);
      if (row) rows.set(request.sessionId, row);
      return Promise.resolve();
    },
  };
}
