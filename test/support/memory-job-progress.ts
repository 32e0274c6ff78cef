/** How far jobs have come, in memory. */
import type { JobProgress } from '../../functions/shared/domain/job-progress.ts';

export function createMemoryJobProgress<State>(): JobProgress<State> {
  const rows = new Map<string, { readonly state: State; readonly version: number }>();
  return {
    read: (job) => Promise.resolve(rows.get(job)),
    write(job, state, replaces) {
      if (rows.get(job)?.version !== replaces) return Promise.resolve(false);
      rows.set(job, { state, version: (replaces ?? 0) + 1 });
      return Promise.resolve(true);
    },
  };
}
