/** Runs schedule after schedule; the first that breaks a promise is run once more to write down how. */
import type { RefreshPromise } from './promises.ts';
import { simulate } from './simulate.ts';
import type { WorldOptions } from './world.ts';

export interface Exploration {
  readonly promise: RefreshPromise;
  readonly refresh: WorldOptions['refresh'];
  readonly firstSeed: number;
  readonly schedules: number;
}

/** @returns seed, what was broken and the trace of the first schedule that did; `undefined` when all kept the promise. */
export async function explore({ promise, refresh, firstSeed, schedules }: Exploration): Promise<string | undefined> {
  const { drawWeather, broken } = promise;
  for (let seed = firstSeed; seed < firstSeed + schedules; seed += 1) {
    const schedule = { seed, drawWeather, refresh };
    const violation = await simulate(schedule).then(broken, String);
    if (violation === undefined) continue;
    return `seed ${seed}: ${violation}\n${await traceOf(schedule)}`;
  }
  return undefined;
}

/** What happens in a schedule: a line for each thing, with its second and who it happens to. */
export async function traceOf(schedule: Omit<WorldOptions, 'trace'>): Promise<string> {
  const lines: string[] = [];
  await simulate({ ...schedule, trace: (line) => lines.push(line) }).catch((error: unknown) =>
    lines.push(String(error)),
  );
  return lines.join('\n');
}
