/** Data keys in memory, which a test rotates. */
import { createHash } from 'node:crypto';
import { AuthError } from '../../functions/shared/domain/auth-error.ts';
import type { DataKey, DataKeys } from '../../functions/shared/domain/key-ring.ts';

export interface MemoryDataKeys extends DataKeys {
  /** From now on another key is the current one; those before it are kept. */
  rotate(): void;
  /** Forgets all but the current one. */
  forgetOld(): void;
  /** Whether KMS, as it were, does not answer. */
  isAway: boolean;
}

/** @param seed of the bytes: other ones for another deployment. */
export function createMemoryDataKeys(seed = 'stage'): MemoryDataKeys {
  const make = (count: number): DataKey => ({
    keyId: `data-key-${count}`,
    bytes: createHash('sha256').update(`${seed} ${count}`).digest(),
  });
  let kept = [make(1)];
  const current = (): DataKey => kept.at(-1) ?? make(1);
  const answer = <Value>(value: () => Value): Promise<Value> =>
    keys.isAway ? Promise.reject(new AuthError('temporarily_unavailable', 'KMS is away')) : Promise.resolve(value());
  const keys: MemoryDataKeys = {
    isAway: false,
    current: () => answer(current),
    byId: (keyId) => answer(() => kept.find((key) => key.keyId === keyId)),
    rotate: () => void (kept = [...kept, make(kept.length + 1)]),
    forgetOld: () => void (kept = [current()]),
  };
  return keys;
}
