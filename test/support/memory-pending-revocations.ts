/** Grants that are to end at their provider, in memory. */
import type {
  PendingRevocation,
  PendingRevocations,
  RevocationOf,
} from '../../functions/shared/domain/pending-revocations.ts';

export function createMemoryPendingRevocations(): PendingRevocations {
  const rows = new Map<string, PendingRevocation>();
  const keyOf = ({ userId, module, id }: RevocationOf): string => `${userId} ${module} ${id}`;
  return {
    put(revocation) {
      rows.set(keyOf(revocation), revocation);
      return Promise.resolve();
    },
    remove(revocation) {
      rows.delete(keyOf(revocation));
      return Promise.resolve();
    },
    list(limit, after) {
      const keys = [...rows.keys()].toSorted().filter((key) => after === undefined || key > keyOf(after));
      return Promise.resolve(keys.slice(0, limit).flatMap((key) => rows.get(key) ?? []));
    },
  };
}
