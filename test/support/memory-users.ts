/** The users, in memory: the Users table's behaviour without a table. */
import type { User, Users } from '../../functions/shared/domain/users.ts';

interface MemoryUserRow {
  readonly status: string;
  readonly user?: User;
  /** Of a tombstone. */
  readonly deletedAt?: Date;
}

export interface MemoryUsers extends Users {
  /** What an operator, or the news of a deletion, does to a row. */
  setStatus(userId: string, status: 'disabled' | 'deleted'): void;
  /** The row as it stands, whatever its status. */
  stored(userId: string): MemoryUserRow | undefined;
}

export function createMemoryUsers(): MemoryUsers {
  const rows = new Map<string, MemoryUserRow>();
  /** When WorkOS last changed the profile that the row has. */
  const profileTimes = new Map<string, Date>();

  return {
    recordSignIn({ at, profileAt, ...signIn }) {
      const { userId } = signIn;
      const row = rows.get(userId);
      if (row && row.status !== 'active') return Promise.resolve(undefined);
      const known = row?.user;
      const times = { createdAt: known?.createdAt ?? at, lastSignInAt: at };
      const isOvertaken = (profileTimes.get(userId)?.getTime() ?? 0) > profileAt.getTime();
      const profile = isOvertaken && known ? profileOf(known) : {};
      if (!isOvertaken) profileTimes.set(userId, profileAt);
      const user = { ...signIn, ...profile, ...times };
      rows.set(userId, { status: 'active', user });
      return Promise.resolve(user);
    },
    find(userId) {
      const row = rows.get(userId);
      return Promise.resolve(row?.status === 'active' ? row.user : undefined);
    },
    isBarred: (userId) => Promise.resolve((rows.get(userId)?.status ?? 'active') !== 'active'),
    updateProfile(userId, { profileAt, ...profile }) {
      const row = rows.get(userId);
      const isNews = (profileTimes.get(userId)?.getTime() ?? -1) < profileAt.getTime();
      if (row?.status !== 'active' || !row.user || !isNews) return Promise.resolve(false);
      profileTimes.set(userId, profileAt);
      rows.set(userId, { ...row, user: { ...row.user, ...profile } });
      return Promise.resolve(true);
    },
    leaveTombstone(userId, at) {
      const { deletedAt = at } = rows.get(userId) ?? {};
      rows.set(userId, { status: 'deleted', deletedAt: at < deletedAt ? at : deletedAt });
      return Promise.resolve();
    },
    setStatus(userId, status) {
      const row = rows.get(userId);
      // A tombstone holds nothing of the user.
      rows.set(userId, status === 'deleted' ? { status } : { ...row, status });
    },
    stored: (userId) => rows.get(userId),
  };
}

function profileOf({ email, name, pictureUrl }: User) {
  return { email, name, pictureUrl };
}
