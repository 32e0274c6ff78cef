/** When a mailbox whose turn came to nothing has its next one: after one cadence, then two, four and so on, to six hours. */
import { type Cadence, nextTurnOf } from './slots.ts';

const longestMs = 6 * 60 * 60_000;

export interface Postponement {
  /** Turns in a row that came to nothing, this one among them. */
  readonly failures: number;
  /** The provider's own word, which is kept. */
  readonly retryAfterSeconds?: number | undefined;
  /** Of [0, 1): mailboxes that failed together are not to come together for ever. */
  readonly random: number;
}

/** Always a start of the user's own minute, since no other finds them. */
export function postponedTurn(userId: string, cadence: Cadence, now: Date, postponement: Postponement): Date {
  const { failures, retryAfterSeconds = 0, random } = postponement;
  const cadenceMs = cadence.everyMinutes * 60_000;
  // A shift by more than its 30 bits is none.
  const doubledMs = Math.min(cadenceMs * 2 ** Math.min(failures - 1, 30), Math.max(longestMs, cadenceMs));
  const waitMs = doubledMs * (0.5 + random / 2);
  // The wait for the next minute of its own is a cadence by itself.
  const notBefore = Math.max(waitMs - cadenceMs, retryAfterSeconds * 1000, 0);
  return nextTurnOf(userId, cadence, new Date(now.getTime() + notBefore));
}
