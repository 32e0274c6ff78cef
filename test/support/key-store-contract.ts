/** What `rotate-keys` relies on in any store of keys. */
import { describe, expect, it } from 'vitest';
import type { KeyStore, StoredDataKey } from '../../functions/shared/domain/key-ring.ts';

const key = (number: number, text = 'wrapped'): StoredDataKey => ({
  number,
  activeFrom: new Date(`2026-11-0${number}T10:00:00.123Z`),
  wrapped: Uint8Array.from(Buffer.from(text)),
});

export function describeKeyStore(name: string, open: () => KeyStore<StoredDataKey>): void {
  describe(`KeyStore (${name})`, () => {
    it('gives back what was added, and not what was removed', async () => {
      const store = open();
      expect([await store.add(key(1)), await store.add(key(2))]).toStrictEqual([true, true]);
      await store.remove(key(1));
      expect(await store.list()).toStrictEqual([key(2)]);
      await store.remove(key(2));
      await store.remove(key(2));
      expect(await store.list()).toStrictEqual([]);
    });

    it('takes one key of a number, of ten that come at once', async () => {
      const store = open();
      const added = await Promise.all(Array.from({ length: 10 }, (_, index) => store.add(key(3, `run ${index}`))));
      expect(added.filter(Boolean)).toHaveLength(1);
      expect(await store.list()).toStrictEqual([key(3, `run ${added.indexOf(true)}`)]);
      await store.remove(key(3));
    });
  });
}
