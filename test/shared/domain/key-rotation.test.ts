import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { accessTokenTtlSeconds } from '../../../functions/shared/domain/access-tokens.ts';
import {
  dataKeyPolicy,
  keyInUse,
  keyListAgeMs,
  type NumberedKey,
  planEmergency,
  planRotation,
  type RotationPlan,
  signingKeyPolicy,
} from '../../../functions/shared/domain/key-rotation.ts';

const start = new Date('2026-11-22T10:00:00Z');
const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const after = (ms: number) => new Date(start.getTime() + ms);
const policy = signingKeyPolicy(90);

function applied(keys: readonly NumberedKey[], { create, remove }: RotationPlan<NumberedKey>): readonly NumberedKey[] {
  return [...keys.filter((key) => !remove.includes(key)), ...(create ? [create] : [])];
}

/** What is there after a look at each of these moments. */
function lookAt(moments: readonly number[], keys: readonly NumberedKey[] = []): readonly NumberedKey[] {
  return moments.reduce((current, ms) => applied(current, planRotation(current, after(ms), policy)), keys);
}

describe('planRotation()', () => {
  it('makes the very first key for use at once', () => {
    expect(planRotation([], start, policy)).toStrictEqual({ create: { number: 1, activeFrom: start }, remove: [] });
  });

  it('leaves a young key alone', () => {
    expect(planRotation(lookAt([0]), after(80 * dayMs), policy)).toStrictEqual({ create: undefined, remove: [] });
  });

  it('publishes the next key a day before it is used, however late the daily look comes', () => {
    for (const days of [88, 88.5, 89, 89.9, 95]) {
      const { create } = planRotation(lookAt([0]), after(days * dayMs), policy);
      expect(create?.number).toBe(2);
      expect(create?.activeFrom.getTime()).toBeGreaterThanOrEqual(after((days + 1) * dayMs).getTime());
      expect(create?.activeFrom.getTime()).toBeLessThanOrEqual(after(Math.max(90, days + 1) * dayMs).getTime());
    }
  });

  it('makes one successor, not one at each look', () => {
    expect(lookAt([0, 89 * dayMs, 89.2 * dayMs, 89.9 * dayMs])).toHaveLength(2);
  });

  it('keeps a retired key until its last token has expired, and two hours', () => {
    const keys = lookAt([0, 89 * dayMs]);
    const retiredAt = keys[1]?.activeFrom.getTime() ?? 0;
    const lastTokenEnds = retiredAt + accessTokenTtlSeconds * 1000;
    const planAt = (ms: number) => planRotation(keys, new Date(ms), policy);
    expect(planAt(lastTokenEnds + 2 * hourMs).remove).toStrictEqual([]);
    expect(planAt(lastTokenEnds + 2 * hourMs + keyListAgeMs).remove).toStrictEqual([keys[0]]);
  });

  it('replaces a key of another algorithm by the same overlap', () => {
    const keys = lookAt([0]);
    const { create, remove } = planRotation(keys, after(dayMs), policy, () => true);
    expect(create).toStrictEqual({ number: 2, activeFrom: after(2 * dayMs) });
    expect(remove).toStrictEqual([]);
  });

  it('makes data keys for use once every instance knows them, and keeps those that something may depend on', () => {
    const dataKeys = dataKeyPolicy((60 * dayMs) / 1000);
    const first = { number: 1, activeFrom: start };
    const { create } = planRotation([first], after(366 * dayMs), dataKeys);
    expect(create?.activeFrom).toStrictEqual(after(366 * dayMs + 2 * keyListAgeMs));
    const second = { number: 2, activeFrom: after(366 * dayMs) };
    expect(planRotation([first, second], after(425 * dayMs), dataKeys).remove).toStrictEqual([]);
    expect(planRotation([first, second], after(427 * dayMs), dataKeys).remove).toStrictEqual([first]);
  });
});

describe('keys over the years, looked at whenever it may be', () => {
  /** Looks between an hour and three days apart. */
  const looks = fc.array(fc.integer({ min: 1, max: 72 }), { minLength: 5, maxLength: 400 }).map((gaps) => {
    let at = 0;
    return [0, ...gaps.map((hours) => (at += hours * hourMs))];
  });

  it('verify any token that any instance has signed, until it expires', () => {
    fc.assert(
      fc.property(looks, fc.double({ min: 0, max: 1, noNaN: true }), (moments, where) => {
        const signedAt = (moments.at(-1) ?? 0) * where;
        const listAt = (ms: number) => lookAt(moments.filter((moment) => moment <= ms));
        // By an instance whose list is as old as one may be, and may lack the newest key.
        const signer = keyInUse(listAt(Math.max(0, signedAt - keyListAgeMs)), after(signedAt));
        const lastUse = signedAt + accessTokenTtlSeconds * 1000;
        for (const ms of [signedAt, lastUse, ...moments.filter((moment) => moment > signedAt && moment < lastUse)]) {
          expect(listAt(ms).map(({ number }) => number)).toContain(signer?.number);
        }
      }),
      { numRuns: 200 },
    );
  });

  it('are published for a day before they sign, the first excepted', () => {
    fc.assert(
      fc.property(looks, (moments) => {
        let keys: readonly NumberedKey[] = [];
        for (const ms of moments) {
          const { create } = planRotation(keys, after(ms), policy);
          const leadMs = create && create.number > 1 ? create.activeFrom.getTime() - after(ms).getTime() : dayMs;
          expect(leadMs).toBeGreaterThanOrEqual(dayMs);
          keys = lookAt([ms], keys);
          expect(keyInUse(keys, after(ms))).toBeDefined();
        }
      }),
      { numRuns: 50 },
    );
  });
});

describe('planEmergency()', () => {
  it('puts a new key to use at once and removes all others', () => {
    const keys = lookAt([0, 89 * dayMs]);
    const now = after(89.5 * dayMs);
    const plan = planEmergency(keys, now);
    expect(plan).toStrictEqual({ create: { number: 3, activeFrom: now }, remove: keys });
    expect(keyInUse(applied(keys, plan), now)?.number).toBe(3);
  });

  it('makes the first key where there is none', () => {
    expect(planEmergency([], start).create?.number).toBe(1);
  });
});
