/** Refusals by quarter of an hour, in memory. */
import { type RefusalGauge, refusalWindowMs } from '../../functions/shared/domain/refusal-gauge.ts';

export function createMemoryRefusalGauge(): RefusalGauge {
  const counts = new Map<number, number>();
  return {
    count(now) {
      const window = Math.floor(now.getTime() / refusalWindowMs);
      const current = (counts.get(window) ?? 0) + 1;
      counts.set(window, current);
      return Promise.resolve({ current, previous: counts.get(window - 1) ?? 0 });
    },
  };
}
