import { describe, expect, it } from 'vitest';
import { refreshDueModules } from '../../functions/refresh-due-modules/refresh-due-modules.ts';
import type { DueTurnsState } from '../../functions/shared/domain/due-turns.ts';
import { slotOf } from '../../functions/shared/domain/slots.ts';
import { collectLog } from '../support/collected-log.ts';
import { holdClock } from '../support/held-clock.ts';
import { createMemoryJobProgress } from '../support/memory-job-progress.ts';

const cadence = { module: 'gmail', everyMinutes: 15 };

function job(isSwitchedOn: boolean) {
  const sent: string[] = [];
  const run = refreshDueModules({
    isSwitchedOn,
    progress: createMemoryJobProgress<DueTurnsState>(),
    slots: {
      async *pages(slot) {
        await Promise.resolve();
        if (slot === slotOf('usr_bob', cadence)) yield ['usr_bob'];
      },
    },
    queue: { send: (userIds) => Promise.resolve(void sent.push(...userIds)) },
    clock: holdClock(),
    settings: { cadence, budgetMs: 30_000 },
  });
  return { run: () => run(collectLog()), sent };
}

describe('refreshDueModules()', () => {
  it('hands out the turns that are due', async () => {
    const { run, sent } = job(true);
    expect(await run()).toEqual({ minutes: 15, sent: 1 });
    expect(sent).toEqual(['usr_bob']);
  });

  it('does nothing where the module is switched off', async () => {
    const { run, sent } = job(false);
    expect(await run()).toEqual({ minutes: 0, sent: 0 });
    expect(sent).toEqual([]);
  });
});
