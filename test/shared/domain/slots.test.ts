import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nextTurnOf, slotOf, slotsOfMinute } from '../../../functions/shared/domain/slots.ts';

const gmail = { module: 'gmail', everyMinutes: 15 };
const userIds = Array.from({ length: 24_000 }, (_, index) => `usr_${index}`);
const anyUser = fc.uuid().map((id) => `usr_${id}`);
const anyTime = fc.date({ min: new Date('2026-01-01'), max: new Date('2036-01-01'), noInvalidDate: true });

describe('slotOf()', () => {
  it('spreads users evenly over the minutes of the cadence and their shards', () => {
    const counts = new Map<string, number>();
    for (const userId of userIds) counts.set(slotOf(userId, gmail), (counts.get(slotOf(userId, gmail)) ?? 0) + 1);
    expect(counts.size).toBe(15 * 16);
    for (const count of counts.values()) expect(count).toBeGreaterThan(100 * 0.5);
    for (const count of counts.values()) expect(count).toBeLessThan(100 * 1.5);
  });

  it('is among the slots of exactly one minute in each cadence', () => {
    fc.assert(
      fc.property(anyUser, fc.integer({ min: 0, max: 30_000_000 }), (userId, first) => {
        const minutes = Array.from({ length: gmail.everyMinutes }, (_, index) => first + index);
        const own = minutes.filter((minute) => slotsOfMinute(minute, gmail).includes(slotOf(userId, gmail)));
        expect(own).toHaveLength(1);
      }),
    );
  });

  it('differs by module and by cadence, so that one is never read for another', () => {
    expect(slotOf('usr_1', gmail)).not.toBe(slotOf('usr_1', { ...gmail, module: 'calendar' }));
    expect(slotOf('usr_1', gmail)).not.toBe(slotOf('usr_1', { ...gmail, everyMinutes: 30 }));
  });
});

describe('nextTurnOf()', () => {
  it('is the next start of the user’s own minute, after now and within one cadence', () => {
    fc.assert(
      fc.property(anyUser, anyTime, fc.constantFrom(1, 5, 15, 60), (userId, now, everyMinutes) => {
        const cadence = { module: 'gmail', everyMinutes };
        const next = nextTurnOf(userId, cadence, now);
        expect(next.getTime()).toBeGreaterThan(now.getTime());
        expect(next.getTime() - now.getTime()).toBeLessThanOrEqual(everyMinutes * 60_000);
        expect(slotsOfMinute(next.getTime() / 60_000, cadence)).toContain(slotOf(userId, cadence));
      }),
    );
  });
});
