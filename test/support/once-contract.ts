/** What every store of things that must not happen twice has to do, whatever it is made of. */
import { describe, expect, it } from 'vitest';
import type { Once } from '../../functions/shared/domain/once.ts';

const now = new Date('2026-11-22T10:00:00.400Z');
const after = (seconds: number): Date => new Date(now.getTime() + seconds * 1000);

/** Every test an id of its own: one store may serve all. */
let count = 0;

function someId(): string {
  count += 1;
  return `once_contract_${count}`;
}

export function describeOnce(name: string, start: () => Once): void {
  describe(`what happens once, in ${name}`, () => {
    it('is taken by the first who claims it', async () => {
      const [once, id] = [start(), someId()];
      expect(await once.has('webhook', id, now)).toBe(false);
      expect(await once.claim('webhook', id, after(60), now)).toBe(true);
      expect(await once.has('webhook', id, now)).toBe(true);
      expect(await once.claim('webhook', id, after(60), after(1))).toBe(false);
    });

    it('is taken by one of fifty who claim it together', async () => {
      const [once, id] = [start(), someId()];
      const claims = await Promise.all(Array.from({ length: 50 }, () => once.claim('dpop', id, after(60), now)));
      expect(claims.filter(Boolean)).toHaveLength(1);
    });

    it('is another thing for another kind', async () => {
      const [once, id] = [start(), someId()];
      await once.claim('webhook', id, after(60), now);
      expect(await once.has('dpop', id, now)).toBe(false);
      expect(await once.claim('dpop', id, after(60), now)).toBe(true);
    });

    it('is remembered until its time, and no sweep is waited for after it', async () => {
      const [once, id] = [start(), someId()];
      await once.claim('dpop', id, after(60), now);
      expect(await once.has('dpop', id, after(59.9))).toBe(true);
      expect(await once.claim('dpop', id, after(120), after(59.9))).toBe(false);
      expect(await once.has('dpop', id, after(62))).toBe(false);
      expect(await once.claim('dpop', id, after(120), after(62))).toBe(true);
      expect(await once.claim('dpop', id, after(180), after(63))).toBe(false);
    });
  });
}
