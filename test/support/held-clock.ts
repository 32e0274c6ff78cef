/** A clock that stands still until a test moves it. */
import type { Clock } from '../../functions/shared/domain/clock.ts';

export interface HeldClock extends Clock {
  advanceSeconds(seconds: number): void;
}

export function holdClock(at = '2026-11-22T10:00:00Z'): HeldClock {
  let now = new Date(at).getTime();
  return Object.assign(() => new Date(now), {
    advanceSeconds: (seconds: number) => {
      now += seconds * 1000;
    },
  });
}
