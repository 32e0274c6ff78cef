/**
 * Thousands of schedules of tabs, functions, a table and WorkOS, in virtual time. A failure prints its seed and what happened.
 * For a longer run, or to begin elsewhere: RACES_SCHEDULES=20000 RACES_SEED=1 npx vitest run test/shared/domain/refresh-races.test.ts
 */
import { describe, expect, it } from 'vitest';
import { refreshOnce } from '../../../functions/shared/domain/refresh-once.ts';
import { explore, traceOf } from '../../support/refresh-races/explore.ts';
import { type Mutation, mutations } from '../../support/refresh-races/mutations.ts';
import { promises, type RefreshPromise } from '../../support/refresh-races/promises.ts';
import { anything } from '../../support/refresh-races/weather.ts';

const firstSeed = Number(process.env['RACES_SEED'] ?? 1);
const schedules = Number(process.env['RACES_SCHEDULES'] ?? 1_000);
const refresh = () => refreshOnce;

describe('refreshOnce(), whoever races whom', () => {
  const named: readonly (readonly [string, RefreshPromise])[] = Object.entries(promises);
  it.each(named)('%s', { timeout: 600_000 }, async (_, promise) => {
    expect(await explore({ promise, refresh, firstSeed, schedules })).toBeUndefined();
  });
});

describe('the simulated races', () => {
  const named: readonly (readonly [string, Mutation])[] = Object.entries(mutations);
  it.each(named)('notice a refresh that %s', async (_, mutation) => {
    const promise = promises[mutation.breaks];
    expect(await explore({ promise, refresh: mutation.refresh, firstSeed: 1, schedules: 1_000 })).toMatch(
      /^seed \d+: /,
    );
  });

  it('happen the same way whenever they are run', async () => {
    const schedule = { seed: 7, drawWeather: anything, refresh };
    expect(await traceOf(schedule)).toBe(await traceOf(schedule));
  });

  it('tell how a promise came to be broken', async () => {
    const { breaks, refresh: withoutLease } = mutations['takes no lease'];
    const story = await explore({ promise: promises[breaks], refresh: withoutLease, firstSeed: 1, schedules: 9 });
    expect(story).toMatch(/^seed \d: WorkOS was asked \d+ times$/m);
    expect(story).toMatch(/^ +\d+\.\d{3} {2}request \d+ \(session_\d\/0\) +WorkOS: exchanged$/m);
  });
});
