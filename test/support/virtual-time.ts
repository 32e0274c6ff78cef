/** Time that passes only when nothing is left to do in it: minutes of waiting in a moment, the same way every time. */
import type { Clock } from '../../functions/shared/domain/clock.ts';

export interface VirtualTime {
  readonly clock: Clock;
  /** Milliseconds since the beginning. */
  now(): number;
  sleep(ms: number): Promise<void>;
  /** Lets everything happen that is due, and returns what came of the work. @throws Error when it waits for nothing. */
  run<Result>(work: Promise<Result>): Promise<Result>;
}

interface Sleeper {
  readonly at: number;
  readonly wake: () => void;
}

export function startVirtualTime(begin = '2026-11-22T10:00:00Z'): VirtualTime {
  const beginMs = new Date(begin).getTime();
  const sleepers: Sleeper[] = [];
  let now = 0;

  /** After those that are due at the same time: who came first wakes first. */
  const place = (at: number): number => {
    let [low, high] = [0, sleepers.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((sleepers[middle]?.at ?? 0) <= at) low = middle + 1;
      else high = middle;
    }
    return low;
  };

  return {
    clock: () => new Date(beginMs + now),
    now: () => now,
    sleep: (ms) =>
      new Promise((wake) => {
        const at = now + Math.max(0, ms);
        sleepers.splice(place(at), 0, { at, wake });
      }),
    async run(work) {
      const state = { isDone: false };
      const settled = work.finally(() => {
        state.isDone = true;
      });
      // Held until it is returned: a rejection has its handler then.
      settled.catch(() => undefined);
      await untilIdle();
      while (!state.isDone) {
        const next = sleepers.shift();
        if (!next) throw new Error(`at ${now} ms the work waits for something that never happens`);
        now = next.at;
        next.wake();
        await untilIdle();
      }
      return settled;
    },
  };
}

/** Every microtask runs before an immediate does. */
const untilIdle = (): Promise<void> =>
  new Promise((resolve) => {
    setImmediate(resolve);
  });
