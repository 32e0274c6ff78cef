/** What every store of pending revocations has to do, whatever it is made of. */
import { describe, expect, it } from 'vitest';
import type { PendingRevocations } from '../../functions/shared/domain/pending-revocations.ts';

export function describePendingRevocations(name: string, start: () => PendingRevocations): void {
  describe(`pending revocations, in ${name}`, () => {
    it('are there until they are done', async () => {
      const store = start();
      const sealed = { keyId: '1', bytes: Uint8Array.of(1, 2, 3) };
      const revocation = {
        id: 'r1',
        userId: 'usr_revoking',
        module: 'github',
        sealed,
        sealedAs: 'revocation',
        tokenVersion: 3,
      } as const;
      const other = { ...revocation, id: 'r2' };
      for (const each of [revocation, revocation, other]) await store.put(each);
      const pending = await store.list(10);
      expect(pending.toSorted((a, b) => a.id.localeCompare(b.id))).toEqual([revocation, other]);
      expect(await store.list(1)).toHaveLength(1);
      for (const each of [revocation, revocation]) await store.remove(each);
      expect(await store.list(10)).toEqual([other]);
      await store.remove(other);
    });

    it('are listed page by page, each once, whatever is removed in between', async () => {
      const store = start();
      const sealed = { keyId: '1', bytes: Uint8Array.of(1) };
      const revocations = Array.from({ length: 7 }, (_, index) => ({
        id: `page-${index % 2}`,
        userId: `usr_page_${index >> 1}`,
        module: 'github',
        sealed,
        sealedAs: 'connection' as const,
        tokenVersion: index,
      }));
      for (const each of revocations) await store.put(each);
      const seen: number[] = [];
      for (let page = await store.list(3); page.length > 0; page = await store.list(3, page.at(-1))) {
        seen.push(...page.map(({ tokenVersion }) => tokenVersion));
        for (const each of page) await store.remove(each);
      }
      expect(seen.toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6]);
      expect(await store.list(3)).toEqual([]);
    });
  });
}
