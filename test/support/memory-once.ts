/** What must not happen twice, in memory: the Once table's behaviour without a table. */
import type { Once } from '../../functions/shared/domain/once.ts';

export interface MemoryOnce extends Once {
  /** `kind#id` of all that was ever claimed. */
  claimed(): readonly string[];
}

export function createMemoryOnce(): MemoryOnce {
  const claims = new Map<string, Date>();
  const isTaken = (key: string, now: Date): boolean => {
    const until = claims.get(key);
    return until !== undefined && until > now;
  };
  return {
    claimed: () => [...claims.keys()],
    claim(kind, id, until, now) {
      const key = `${kind}#${id}`;
      if (isTaken(key, now)) return Promise.resolve(false);
      claims.set(key, until);
      return Promise.resolve(true);
    },
    has: (kind, id, now) => Promise.resolve(isTaken(`${kind}#${id}`, now)),
  };
}
