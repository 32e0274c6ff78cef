import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { postponedTurn } from '../../../functions/shared/domain/postponed-turn.ts';
import { nextTurnOf } from '../../../functions/shared/domain/slots.ts';

const cadence = { module: 'gmail', everyMinutes: 15 };
const cadenceMs = 15 * 60_000;
const userId = 'usr_1';
const now = nextTurnOf(userId, cadence, new Date('2026-11-22T10:00:00Z'));
const cadencesLater = (count: number) => new Date(now.getTime() + count * cadenceMs);
const almost = 1 - 2 ** -53;

describe('postponedTurn()', () => {
  it('is the next turn after the first failure', () => {
    for (const random of [0, 0.5, almost]) {
      expect(postponedTurn(userId, cadence, now, { failures: 1, random })).toEqual(cadencesLater(1));
    }
  });

  it('doubles with each failure, up to six hours', () => {
    const counts = [2, 3, 4, 5, 6, 60].map((failures) => {
      const at = postponedTurn(userId, cadence, now, { failures, random: almost });
      return (at.getTime() - now.getTime()) / cadenceMs;
    });
    expect(counts).toEqual([2, 4, 8, 16, 24, 24]);
  });

  it('spreads those that failed together over half of that time', () => {
    expect(postponedTurn(userId, cadence, now, { failures: 5, random: 0 })).toEqual(cadencesLater(8));
    expect(postponedTurn(userId, cadence, now, { failures: 5, random: 0.5 })).toEqual(cadencesLater(12));
  });

  it('waits as long as the provider asks', () => {
    const retryAfterSeconds = (3 * cadenceMs) / 1000;
    expect(postponedTurn(userId, cadence, now, { failures: 1, retryAfterSeconds, random: 0 })).toEqual(
      cadencesLater(4),
    );
    expect(postponedTurn(userId, cadence, now, { failures: 1, retryAfterSeconds: 2, random: 0 })).toEqual(
      cadencesLater(1),
    );
  });

  it('is always a start of the user’s own minute, within six hours and a cadence', () => {
    const anything = fc.record({
      failures: fc.integer({ min: 1, max: 500 }),
      random: fc.double({ min: 0, max: almost, noNaN: true }),
    });
    fc.assert(
      fc.property(fc.uuid(), fc.constantFrom(1, 5, 15, 60), anything, (id, everyMinutes, postponement) => {
        const own = { module: 'gmail', everyMinutes };
        const at = postponedTurn(id, own, now, postponement);
        expect(nextTurnOf(id, own, new Date(at.getTime() - 1))).toEqual(at);
        expect(at.getTime()).toBeLessThanOrEqual(now.getTime() + 6 * 3_600_000 + everyMinutes * 60_000);
      }),
    );
  });
});
