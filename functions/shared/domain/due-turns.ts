/** Whose turn it is: what finds them, what hands them to the workers, and how far that has come. */
import * as v from 'valibot';

export interface SlotIndex {
  /** The users of a slot, a page at a time; as the index has them: one just connected may be missing, one just gone still there. */
  pages(slot: string): AsyncIterable<readonly string[]>;
}

export interface TurnQueue {
  /** One message each. @throws AuthError `temporarily_unavailable` when one of them could not be sent; others may have been. */
  send(userIds: readonly string[]): Promise<void>;
}

/** The job under which the state below is kept. */
export const dueTurnsJob = 'refresh-due-modules';

/** Minutes count from the epoch. */
export const dueTurnsState = v.object({
  /** All slots up to and with this minute have been sent. */
  lastMinute: v.number(),
  everyMinutes: v.number(),
  /** Rows keep the slot of an earlier cadence until they have had a turn under the new one. */
  earlierCadences: v.array(v.object({ everyMinutes: v.number(), untilMinute: v.number() })),
  /** Messages by minute, of one cadence at most, the newest last. */
  sent: v.array(v.number()),
});
export type DueTurnsState = v.InferOutput<typeof dueTurnsState>;

/** How many mailboxes had a turn in the last cadence. */
export function sentLately(state: DueTurnsState | undefined): number {
  return (state?.sent ?? []).reduce((sum, count) => sum + count, 0);
}
