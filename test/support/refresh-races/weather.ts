/** What can go wrong in a simulated race, and how often. A schedule draws its own from these. */
import type { RefreshLeases } from '../../../functions/shared/domain/refresh-leases.ts';
import type { Random } from '../random.ts';

export type TableCall = keyof RefreshLeases;

export interface Weather {
  /** How long WorkOS replays an exchange; 0 for never. */
  readonly replayMs: number;
  /** Browsers, each with a session of its own. */
  readonly sessions: number;
  readonly tabs: number;
  /** How often the access token expires and all tabs come at once. */
  readonly bursts: number;
  /** The longest way in one direction, in good times. */
  readonly latencyMs: { readonly network: number; readonly table: number; readonly workos: number };
  /** After the begin of a burst; then everything works, however slowly. */
  readonly troubleMs: number;
  /** Probabilities, while there is trouble. */
  readonly chances: {
    readonly tableFails: Readonly<Record<TableCall, number>>;
    /** A failed write that the table took down all the same. */
    readonly writesAnyway: number;
    /** 429 or 5xx, and nothing exchanged. */
    readonly workosFails: number;
    /** Exchanged, and then a 5xx or nothing at all. */
    readonly workosLosesReply: number;
    /** Up to 6 s more, before or after the exchange. */
    readonly workosIsSlow: number;
    readonly answerLost: number;
    /** Before a function goes on after any of its awaits. */
    readonly freeze: number;
    readonly death: number;
  };
  readonly longestFreezeMs: number;
  /** That a browser signs out in the middle of a burst. */
  readonly logout: number;
  /** Requests that carry a copy of the session's first cookie, whenever. */
  readonly strayRequests: number;
}

export const replayWindowMs = 30_000;

const failing = (chance: number): Weather['chances']['tableFails'] => ({
  take: chance,
  isHeld: chance,
  leave: chance,
  refuse: chance,
  release: chance,
});

const never = {
  tableFails: failing(0),
  writesAnyway: 0,
  workosFails: 0,
  workosLosesReply: 0,
  workosIsSlow: 0,
  answerLost: 0,
  freeze: 0,
  death: 0,
} as const;

/** Nothing fails, and a refresh takes less than a waiter waits. */
export const calm = (random: Random, replayMs: number): Weather => ({
  replayMs,
  sessions: random.between(1, 2),
  tabs: random.between(1, 20),
  bursts: 1,
  latencyMs: { network: 800, table: random.pick([20, 300]), workos: random.pick([100, 1_700]) },
  troubleMs: 0,
  chances: never,
  longestFreezeMs: 0,
  logout: 0,
  strayRequests: 0,
});

/**
 * Everything fails for up to 8 s. With a function's 15 s and a browser's retry after up to 3 s, the first request that
 * nothing hinders reaches WorkOS within its window of 30 s.
 */
export const squall = (random: Random): Weather => ({
  ...calm(random, replayWindowMs),
  bursts: 2,
  tabs: random.pick([1, 1, 2, 5, random.between(1, 20)]),
  latencyMs: { network: 500, table: 300, workos: random.pick([100, 1_500]) },
  troubleMs: random.between(0, 8_000),
  chances: faults(random),
  longestFreezeMs: random.pick([100, 8_000]),
});

/**
 * No replay window, and no pair is lost: every function lives and ends within its lease, every reply and answer arrives.
 * The table is out for the whole burst, or fails in everything but handing out leases.
 */
export const noWindow = (random: Random): Weather => {
  const often = random.pick([0, 0.3, 1]);
  const tableFails = random.chance(0.5) ? failing(1) : { ...failing(often), take: 0 };
  return {
    ...calm(random, 0),
    sessions: 1,
    bursts: 2,
    tabs: random.between(1, 8),
    troubleMs: 20_000,
    chances: { ...never, tableFails, workosFails: random.pick([0, 0.3]) },
  };
};

/** Whatever can happen: functions frozen for minutes, logouts, old copies of cookies, two sessions at once. */
export const anything = (random: Random): Weather => ({
  ...calm(random, random.pick([0, replayWindowMs])),
  tabs: random.pick([1, 2, 4, random.between(1, 10)]),
  bursts: 2,
  latencyMs: { network: random.pick([100, 3_000]), table: random.pick([20, 1_000]), workos: random.pick([100, 1_700]) },
  troubleMs: random.pick([3_000, 60_000]),
  chances: faults(random),
  longestFreezeMs: random.pick([5_000, 60_000, 400_000]),
  logout: random.pick([0, 0.5]),
  strayRequests: random.pick([0, 2]),
});

function faults(random: Random): Weather['chances'] {
  const table = random.pick([0, 0.1, 0.5]);
  return {
    tableFails: failing(table),
    writesAnyway: random.pick([0, 0.5]),
    workosFails: random.pick([0, 0.2, 0.6]),
    workosLosesReply: random.pick([0, 0.3]),
    workosIsSlow: random.pick([0, 0.3]),
    answerLost: random.pick([0, 0.2]),
    freeze: random.pick([0, 0.02, 0.2]),
    death: random.pick([0, 0.05]),
  };
}
