/**
 * How many grants a provider refused lately. Few are their users' doing. Many at once are somebody's mistake, ours or the
 * provider's, and must not cost everybody a new consent.
 */

/** Of one quarter of an hour, by the clock. */
export interface Refusals {
  readonly current: number;
  /** Of the quarter before: an outage does not start from nothing with each quarter. */
  readonly previous: number;
}

export interface RefusalGauge {
  /** Counts one more. @returns with it. */
  count(now: Date): Promise<Refusals>;
}

export const refusalWindowMs = 15 * 60_000;

/** So many are believed, however few mailboxes there are. */
const believed = 20;
const believedShare = 0.05;

/** @param mailboxes how many had a turn in the last cadence. */
export function areTooMany({ current, previous }: Refusals, mailboxes: number): boolean {
  return Math.max(current, previous) > Math.max(believed, mailboxes * believedShare);
}
