/** Connections to modules, in memory. */
import type { AllConnections } from '../../functions/shared/domain/all-connections.ts';
import type {
  ModuleConnection,
  ModuleConnections,
  RefreshLease,
} from '../../functions/shared/domain/module-connections.ts';

export interface MemoryModuleConnections extends ModuleConnections, AllConnections {
  /** What is there, by `<userId> <module>`. */
  readonly rows: ReadonlyMap<string, ModuleConnection>;
  /** Changes a row behind everybody's back, version and all. */
  tamper(userId: string, module: string, change: Partial<ModuleConnection>): void;
}

export function createMemoryModuleConnections(): MemoryModuleConnections {
  const rows = new Map<string, ModuleConnection>();
  const leases = new Map<string, RefreshLease>();
  const keyOf = ({ userId, module }: Pick<ModuleConnection, 'module' | 'userId'>): string => `${userId} ${module}`;
  const answer = <Value>(value: Value): Promise<Value> => Promise.resolve(value);

  const change = (connection: ModuleConnection, changed: Partial<ModuleConnection>): boolean => {
    const key = keyOf(connection);
    rows.set(key, { ...connection, ...rows.get(key), ...changed, version: connection.version + 1 });
    return true;
  };
  const isHeldBy = (connection: ModuleConnection, lease: RefreshLease): boolean =>
    rows.has(keyOf(connection)) && leases.get(keyOf(connection))?.leaseId === lease.leaseId;
  const isAsRead = ({ version, ...connection }: ModuleConnection): boolean =>
    rows.get(keyOf(connection))?.version === version;

  return {
    rows,
    tamper(userId, module, changed) {
      const row = rows.get(keyOf({ userId, module }));
      if (row) rows.set(keyOf(row), { ...row, ...changed });
    },
    page(limit, after) {
      const keys = [...rows.keys()].toSorted().filter((key) => after === undefined || key > keyOf(after));
      const connections = keys.slice(0, limit).flatMap((key) => rows.get(key) ?? []);
      return answer({ connections, unreadable: [], after: keys.length > limit ? connections.at(-1) : undefined });
    },
    list: (userId) => answer([...rows.values()].filter((row) => row.userId === userId)),
    find: (userId, module) => answer(rows.get(keyOf({ userId, module }))),
    put(connection, replaces) {
      const key = keyOf(connection);
      if (rows.get(key)?.version !== replaces) return answer(false);
      const version = Math.max((replaces ?? 0) + 1, connection.connectedAt.getTime());
      rows.set(key, { ...connection, version, status: 'connected', problem: undefined, mailbox: undefined });
      leases.delete(key);
      return answer(true);
    },
    remove(userId, module) {
      const key = keyOf({ userId, module });
      const row = rows.get(key);
      rows.delete(key);
      leases.delete(key);
      return answer(row);
    },
    takeRefreshLease({ userId, module, version }, lease, now) {
      const key = keyOf({ userId, module });
      const row = rows.get(key);
      const held = leases.get(key);
      if (row?.version !== version || (held && held.until > now)) return answer(undefined);
      const taken = { ...row, version: version + 1 };
      rows.set(key, taken);
      leases.set(key, lease);
      return answer({ connection: taken, wasInterrupted: held !== undefined });
    },
    leaveTokens(connection, lease, refreshed) {
      if (!isHeldBy(connection, lease)) return answer(false);
      leases.delete(keyOf(connection));
      return answer(change(connection, refreshed));
    },
    releaseRefreshLease(connection, lease) {
      if (!isHeldBy(connection, lease)) return Promise.resolve();
      leases.delete(keyOf(connection));
      change(connection, {});
      return Promise.resolve();
    },
    requireReauthorization(connection, problem) {
      if (!isAsRead(connection) || rows.get(keyOf(connection))?.status !== 'connected') return answer(false);
      leases.delete(keyOf(connection));
      const required = { status: 'reauthorization_required', problem, slot: undefined, nextTurnAt: undefined } as const;
      return answer(change(connection, required));
    },
    reseal(connection, sealed) {
      if (!isAsRead(connection) || leases.has(keyOf(connection))) return answer(false);
      return answer(change(connection, { sealed }));
    },
  };
}
