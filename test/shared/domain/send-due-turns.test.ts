import { describe, expect, it } from 'vitest';
import type { DueTurnsState, SlotIndex } from '../../../functions/shared/domain/due-turns.ts';
import { type DueTurnsParts, sendDueTurns } from '../../../functions/shared/domain/send-due-turns.ts';
import { slotOf } from '../../../functions/shared/domain/slots.ts';
import { collectLog } from '../../support/collected-log.ts';
import { holdClock } from '../../support/held-clock.ts';
import { createMemoryJobProgress } from '../../support/memory-job-progress.ts';

const everyone = Array.from({ length: 600 }, (_, index) => `usr_${index}`);

/** A stage whose mailboxes are all of `everyone`, in the slots of their cadence. */
function stage(everyMinutes = 15) {
  const clock = holdClock('2026-11-22T10:00:20Z');
  const rows = new Map(everyone.map((userId) => [userId, slotOf(userId, { module: 'gmail', everyMinutes })]));
  const sent: string[] = [];
  const reads: string[] = [];
  const slots: SlotIndex = {
    async *pages(slot) {
      await Promise.resolve();
      reads.push(slot);
      const users = [...rows].filter(([, own]) => own === slot).map(([userId]) => userId);
      yield users.slice(0, 2);
      yield users.slice(2);
    },
  };
  const queue = { send: (userIds: readonly string[]) => Promise.resolve(void sent.push(...userIds)) };
  const parts: DueTurnsParts = {
    progress: createMemoryJobProgress<DueTurnsState>(),
    slots,
    queue,
    clock,
    settings: { cadence: { module: 'gmail', everyMinutes }, budgetMs: 30_000 },
  };
  const log = collectLog();
  return {
    clock,
    log,
    parts,
    rows,
    run: (own: Partial<DueTurnsParts> = {}) => sendDueTurns({ ...parts, ...own })(log),
    /** What was sent since it was asked last, in order. */
    takeSent: () => sent.splice(0),
    takeReads: () => reads.splice(0),
  };
}

const minuteOf = (userId: string) => Number(slotOf(userId, { module: 'gmail', everyMinutes: 15 }).split('/')[2]);

describe('sendDueTurns()', () => {
  it('sends everybody once in a cadence, each in their own minute', async () => {
    const { clock, run, takeSent } = stage();
    await run();
    takeSent();
    const all: string[] = [];
    for (let minute = 1; minute <= 15; minute += 1) {
      clock.advanceSeconds(60);
      expect(await run()).toMatchObject({ minutes: 1 });
      const sent = takeSent();
      expect(new Set(sent.map(minuteOf))).toEqual(new Set([minute % 15]));
      all.push(...sent);
    }
    expect(all.toSorted()).toEqual(everyone.toSorted());
  });

  it('sends nothing a second time within a minute', async () => {
    const { run, takeSent } = stage();
    await run();
    takeSent();
    expect(await run()).toEqual({ minutes: 0, sent: 0 });
    expect(takeSent()).toEqual([]);
  });

  it('makes up for minutes in which it did not run, the oldest first', async () => {
    const { clock, run, takeSent } = stage();
    await run();
    takeSent();
    clock.advanceSeconds(3 * 60);
    expect(await run()).toMatchObject({ minutes: 3 });
    expect([...new Set(takeSent().map(minuteOf))]).toEqual([1, 2, 3]);
  });

  it('goes back one cadence at most, which is everybody once', async () => {
    const { clock, run, takeSent } = stage();
    await run();
    takeSent();
    clock.advanceSeconds(24 * 3600);
    expect(await run()).toEqual({ minutes: 15, sent: everyone.length });
    expect(takeSent().toSorted()).toEqual(everyone.toSorted());
    expect(await run()).toEqual({ minutes: 0, sent: 0 });
  });

  it('begins with everybody where it has never run', async () => {
    const { run } = stage();
    expect(await run()).toEqual({ minutes: 15, sent: everyone.length });
  });

  it('begins no further minute after its time, and goes on in the next run', async () => {
    const { clock, run, parts, log, takeSent } = stage();
    const slow = { send: (userIds: readonly string[]) => (clock.advanceSeconds(0.5), parts.queue.send(userIds)) };
    const first = await run({ queue: slow });
    expect(first.minutes).toBeLessThan(15);
    expect(log.fieldsOf('turns.behind')).toEqual([{ minutes: 15 - first.minutes }]);
    const before = takeSent();
    await run();
    expect([...before, ...takeSent()].toSorted()).toEqual(everyone.toSorted());
  });

  it('repeats a minute that it did not finish, and loses nobody of it', async () => {
    const { clock, run, takeSent } = stage();
    await run();
    takeSent();
    clock.advanceSeconds(60);
    const failing = { send: () => Promise.reject(new Error('SQS is away')) };
    await expect(run({ queue: failing })).rejects.toThrow('SQS is away');
    await run();
    expect(takeSent().toSorted()).toEqual(everyone.filter((userId) => minuteOf(userId) === 1).toSorted());
  });

  it('does no harm where two run at once', async () => {
    const { clock, run, takeSent } = stage();
    await run();
    takeSent();
    clock.advanceSeconds(120);
    await Promise.all([run(), run()]);
    const due = everyone.filter((userId) => [1, 2].includes(minuteOf(userId)));
    expect([...new Set(takeSent())].toSorted()).toEqual(due.toSorted());
    expect(await run()).toEqual({ minutes: 0, sent: 0 });
  });

  it('reads the slots of an earlier cadence for a day, so that nobody is lost who still has one', async () => {
    const { clock, run, takeSent, takeReads } = stage();
    await run();
    const faster = { settings: { cadence: { module: 'gmail', everyMinutes: 5 }, budgetMs: 30_000 } };
    takeSent();
    for (let minute = 0; minute < 15; minute += 1) {
      clock.advanceSeconds(60);
      await run(faster);
    }
    expect(takeSent().toSorted()).toEqual(everyone.toSorted());
    clock.advanceSeconds(24 * 3600);
    takeReads();
    await run(faster);
    expect(takeReads().filter((slot) => slot.startsWith('gmail/15/'))).toEqual([]);
  });

  it('keeps how many it sent in the last cadence', async () => {
    const { clock, parts, run } = stage();
    for (let minute = 0; minute < 40; minute += 1) {
      await run();
      clock.advanceSeconds(60);
    }
    const { sent } = (await parts.progress.read('refresh-due-modules'))?.state ?? { sent: [] };
    expect(sent).toHaveLength(15);
    expect(sent.reduce((sum, count) => sum + count, 0)).toBe(everyone.length);
  });
});
