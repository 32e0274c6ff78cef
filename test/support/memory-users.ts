/** The users, in memory: the Users table's behaviour without a table. */
import type { User, Users } from '../../functions/shared/domain/users.ts';

export interface MemoryUsers extends Users {
  /** What an operator, or the news of a deletion, does to a row. */
  setStatus(userId: string, status: 'disabled' | 'deleted'): void;
  /** The row as it stands, whatever its status. */
  stored(userId: string): { readonly status: string; readonly user?: User } | undefined;
}

export function createMemoryUsers(): MemoryUsers {
  const rows = new Map<string, { readonly status: string; readonly user?: User }>();
  return {
    recordSignIn({ at, ...profile }) {
      const row = rows.get(profile.userId);
      if (row && row.status !== 'active') return Promise.resolve(undefined);
      const user = { ...profile, createdAt: row?.user?.createdAt ?? at, lastSignInAt: at };
      rows.set(profile.userId, { status: 'active', user });
      return Promise.resolve(user);
    },
    find(userId) {
      const row = rows.get(userId);
      return Promise.resolve(row?.status === 'active' ? row.user : undefined);
    },
    isBarred: (userId) => Promise.resolve((rows.get(userId)?.status ?? 'active') !== 'active'),
    setStatus(userId, status) {
      const row = rows.get(userId);
      // A tombstone holds nothing of the user.
      rows.set(userId, status === 'deleted' ? { status } : { ...row, status });
    },
    stored: (userId) => rows.get(userId),
  };
}
