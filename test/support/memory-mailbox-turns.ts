/** Turns of mailboxes, in memory: rows that a test puts there, looks at and changes. */
import type { MailboxTurn, MailboxTurns } from '../../functions/shared/domain/mailbox-turns.ts';
import type {
  ModuleConnection,
  NewConnection,
  RefreshLease,
} from '../../functions/shared/domain/module-connections.ts';

interface MemoryRow {
  readonly connection: ModuleConnection;
  readonly lease?: RefreshLease | undefined;
  readonly failures: number;
  readonly isUntold: boolean;
}

export interface MemoryMailboxTurns extends MailboxTurns {
  /** As a consent leaves it, in the place of what was there. */
  put(connection: NewConnection): Promise<void>;
  find(userId: string): Promise<ModuleConnection | undefined>;
  remove(userId: string): Promise<void>;
  /** Of all writes there were, those that did something. */
  readonly writes: number;
}

export function createMemoryMailboxTurns(): MemoryMailboxTurns {
  const rows = new Map<string, MemoryRow>();
  let writes = 0;

  const write = (userId: string, row: MemoryRow): MemoryRow => {
    writes += 1;
    const written = { ...row, connection: { ...row.connection, version: row.connection.version + 1 } };
    rows.set(userId, written);
    return written;
  };
  /** @returns the row after; `undefined` when the lease is lost. */
  const change = (turn: MailboxTurn, changed: (row: MemoryRow) => Partial<MemoryRow>): MemoryRow | undefined => {
    const { userId } = turn.connection;
    const row = rows.get(userId);
    if (!row || row.lease?.leaseId !== turn.lease.leaseId) return undefined;
    return write(userId, { ...row, ...changed(row) });
  };
  const ended = { lease: undefined };

  return {
    get writes() {
      return writes;
    },
    put(connection) {
      const kept = { ...connection, status: 'connected', problem: undefined, mailbox: undefined, version: 1 } as const;
      rows.set(connection.userId, { connection: kept, failures: 0, isUntold: false });
      return Promise.resolve();
    },
    find: (userId) => Promise.resolve(rows.get(userId)?.connection),
    remove(userId) {
      rows.delete(userId);
      return Promise.resolve();
    },

    begin(userId, lease, now) {
      const row = rows.get(userId);
      const { status, nextTurnAt } = row?.connection ?? {};
      const isDue = row?.isUntold === true || (status === 'connected' && nextTurnAt !== undefined && nextTurnAt <= now);
      if (!row || !isDue) return Promise.resolve(undefined);
      if (row.lease && row.lease.until > now) return Promise.resolve('held');
      const { connection, failures } = write(userId, { ...row, lease });
      return Promise.resolve({ connection, lease, failures });
    },
    keepTokens(turn, renewed) {
      const row = change(turn, ({ connection }) => ({ connection: { ...connection, ...renewed } }));
      return Promise.resolve(row && { connection: row.connection, lease: turn.lease, failures: row.failures });
    },
    finish(turn, done) {
      const row = change(turn, ({ connection }) => ({
        ...ended,
        failures: 0,
        connection: { ...connection, ...done },
      }));
      return Promise.resolve(row !== undefined);
    },
    postpone(turn, { failures, ...next }) {
      const row = change(turn, ({ connection }) => ({ ...ended, failures, connection: { ...connection, ...next } }));
      return Promise.resolve(row !== undefined);
    },
    release(turn) {
      change(turn, () => ended);
      return Promise.resolve();
    },
    requireReauthorization(turn, problem) {
      const over = { status: 'reauthorization_required', problem, slot: undefined, nextTurnAt: undefined } as const;
      const row = change(turn, ({ connection }) => ({
        failures: 0,
        isUntold: true,
        connection: { ...connection, ...over },
      }));
      return Promise.resolve(row !== undefined);
    },
    told(turn) {
      change(turn, () => ({ ...ended, isUntold: false }));
      return Promise.resolve();
    },
  };
}
