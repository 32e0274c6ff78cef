/**
 * Hands out the turns that are due: minute by minute from where the last run stopped, the oldest first, and at most one cadence
 * back, which is everybody. How far it has come is written after each minute: a run that dies repeats messages, and loses none.
 */
import type { Clock } from './clock.ts';
import { dueTurnsJob, type DueTurnsState, type SlotIndex, type TurnQueue } from './due-turns.ts';
import type { JobProgress } from './job-progress.ts';
import type { Log } from './log.ts';
import { runBounded } from './run-bounded.ts';
import { type Cadence, slotsOfMinute } from './slots.ts';

/** Slots that are read at a time. */
const slotsAtATime = 4;

/**
 * How long the slots of an earlier cadence are read: a row that was postponed may have its next turn, and with it its new slot,
 * only after six hours and a cadence.
 */
const readEarlierForMinutes = 24 * 60;

export interface DueTurnsParts {
  readonly progress: JobProgress<DueTurnsState>;
  readonly slots: SlotIndex;
  readonly queue: TurnQueue;
  readonly clock: Clock;
  readonly settings: {
    readonly cadence: Cadence;
    /** No further minute is begun after so long: the next run goes on. */
    readonly budgetMs: number;
  };
}

export interface SentTurns {
  readonly minutes: number;
  readonly sent: number;
}

/** Two runs at once repeat each other's messages at worst. */
export function sendDueTurns(parts: DueTurnsParts): (log: Log) => Promise<SentTurns> {
  const { progress, clock, settings } = parts;
  return async (log) => {
    const startedAt = clock().getTime();
    const now = Math.floor(startedAt / 60_000);
    const done = { minutes: 0, sent: 0 };
    // Everybody is within a cadence: no run has more to do, whatever the state says.
    while (done.minutes < settings.cadence.everyMinutes) {
      const read = await progress.read(dueTurnsJob);
      const state = atCadence(read?.state, settings.cadence, now);
      if (state.lastMinute >= now) break;
      if (clock().getTime() - startedAt >= settings.budgetMs) {
        log.warn('turns.behind', { minutes: now - state.lastMinute });
        break;
      }
      const minute = state.lastMinute + 1;
      const sent = await sendMinute(parts, minute, state);
      if (sent > 0) log.info('turns.sent', { minute: new Date(minute * 60_000).toISOString(), sent });
      done.minutes += 1;
      done.sent += sent;
      const next = { ...state, lastMinute: minute, sent: [...state.sent, sent].slice(-settings.cadence.everyMinutes) };
      // Where another run was faster, its state tells in the next round.
      await progress.write(dueTurnsJob, next, read?.version);
    }
    return done;
  };
}

/** The state to go on from: not further back than a cadence, and with the slots of a cadence that was just left. */
function atCadence(state: DueTurnsState | undefined, { everyMinutes }: Cadence, now: number): DueTurnsState {
  const lastMinute = Math.max(state?.lastMinute ?? 0, now - everyMinutes);
  if (!state) return { lastMinute, everyMinutes, earlierCadences: [], sent: [] };
  const left = { everyMinutes: state.everyMinutes, untilMinute: now + readEarlierForMinutes };
  const known = state.everyMinutes === everyMinutes ? state.earlierCadences : [...state.earlierCadences, left];
  const earlierCadences = known.filter(
    (earlier) => earlier.untilMinute >= now && earlier.everyMinutes !== everyMinutes,
  );
  return { lastMinute, everyMinutes, earlierCadences, sent: state.sent };
}

async function sendMinute(
  { slots, queue, settings }: DueTurnsParts,
  minute: number,
  { earlierCadences }: DueTurnsState,
): Promise<number> {
  const { module } = settings.cadence;
  const cadences = [settings.cadence, ...earlierCadences.map(({ everyMinutes }) => ({ module, everyMinutes }))];
  let sent = 0;
  await runBounded(
    cadences.flatMap((cadence) => slotsOfMinute(minute, cadence)),
    slotsAtATime,
    async (slot) => {
      for await (const userIds of slots.pages(slot)) {
        await queue.send(userIds);
        sent += userIds.length;
      }
    },
  );
  return sent;
}
