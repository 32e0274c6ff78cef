/** Keys in memory. */
import type { KeyStore } from '../../functions/shared/domain/key-ring.ts';
import type { NumberedKey } from '../../functions/shared/domain/key-rotation.ts';

export function createMemoryKeyStore<Key extends NumberedKey>(): KeyStore<Key> {
  const keys = new Map<number, Key>();
  return {
    list: () => Promise.resolve([...keys.values()]),
    add(key) {
      const isNew = !keys.has(key.number);
      if (isNew) keys.set(key.number, key);
      return Promise.resolve(isNew);
    },
    remove: ({ number }) => Promise.resolve(void keys.delete(number)),
  };
}
