/** What the simulated functions and browsers of one schedule share, and what is written down about them. */
import type { RefreshRequest } from '../../../functions/shared/domain/refresh-leases.ts';
import type { RefreshOnceParts } from '../../../functions/shared/domain/refresh-once.ts';
import type { MemorySessionRow, MemorySessionRows } from '../memory-session-records.ts';
import { type Random, seedRandom } from '../random.ts';
import { startVirtualTime, type VirtualTime } from '../virtual-time.ts';
import type { TableCall, Weather } from './weather.ts';
import { createWorkosModel, type Pair, type WorkosModel } from './workos-model.ts';

/** What a function makes of a request; `fresh` when its access token had not expired. */
export type Outcome = 'fresh' | 'tokens' | 'ended' | 'unavailable' | 'unfinished' | 'crashed';

/** One request in a function. */
export interface Visit {
  readonly name: string;
  readonly cookie: Pair;
  readonly startedAt: number;
  finishedAt: number;
  frozenMs: number;
  outcome: Outcome;
  pair: Pair | undefined;
  /** WorkOS said `invalid_grant` to this very request. */
  wasRefused: boolean;
  lastTableCall: { readonly call: TableCall; readonly at: number; readonly isAnswered: boolean } | undefined;
}

export interface Browser {
  readonly sessionId: string;
  /** The one jar of all its tabs. */
  cookie: Pair | undefined;
  /** When its session's row was marked ended. */
  loggedOutAt: number | undefined;
}

export type RefreshUnderTest = (request: RefreshRequest, parts: RefreshOnceParts<Pair>) => Promise<Pair | undefined>;

export interface World {
  readonly weather: Weather;
  readonly random: Random;
  readonly time: VirtualTime;
  readonly workos: WorkosModel;
  readonly rows: MemorySessionRows;
  readonly refresh: (rows: MemorySessionRows) => RefreshUnderTest;
  readonly browsers: readonly Browser[];
  readonly visits: Visit[];
  /** The generations that successors were left for, by session, in order. */
  readonly successors: Map<string, number[]>;
  burstAt: number;
  isTroubled(): boolean;
  /** Mostly quick, at times as long as it may be. */
  latency(longestMs: number): Promise<void>;
  /** For the trace of a schedule that failed. */
  say(who: string, what: string): void;
}

export interface WorldOptions {
  readonly seed: number;
  readonly drawWeather: (random: Random) => Weather;
  /** Fresh for every schedule: what it keeps between requests, it keeps as an instance of a function would. */
  readonly refresh: (rows: MemorySessionRows) => RefreshUnderTest;
  /** Takes the lines of the trace. */
  readonly trace?: ((line: string) => void) | undefined;
}

export function createWorld({ seed, drawWeather, refresh, trace }: WorldOptions): World {
  const random = seedRandom(seed);
  const weather = drawWeather(random);
  const time = startVirtualTime();
  const workos = createWorkosModel({ now: time.now, replayMs: weather.replayMs });
  const successors = new Map<string, number[]>();
  const names = Array.from({ length: weather.sessions }, (_, index) => `session_${index + 1}`);
  const world: World = {
    weather,
    random,
    time,
    workos,
    rows: observeSuccessors(successors),
    refresh,
    browsers: names.map((sessionId) => ({
      sessionId,
      cookie: workos.signIn(sessionId),
      loggedOutAt: undefined,
    })),
    visits: [],
    successors,
    burstAt: 0,
    isTroubled: () => time.now() < world.burstAt + weather.troubleMs,
    latency: (longestMs) => time.sleep(random.between(1, random.chance(0.7) ? Math.ceil(longestMs / 8) : longestMs)),
    say: (who, what) => trace?.(`${(time.now() / 1000).toFixed(3).padStart(9)}  ${who.padEnd(22)} ${what}`),
  };
  trace?.(JSON.stringify(weather));
  return world;
}

export const tokenHashOf = ({ sessionId, generation }: Pair): string => `${sessionId}/${generation}`;

/** The rows, which note each successor that comes to stand in one. */
function observeSuccessors(successors: Map<string, number[]>): MemorySessionRows {
  const rows: MemorySessionRows = new Map();
  const set = rows.set.bind(rows);
  rows.set = (sessionId: string, row: MemorySessionRow) => {
    const { successor } = row;
    if (successor && successor !== rows.get(sessionId)?.successor) {
      const left = successors.get(sessionId) ?? [];
      successors.set(sessionId, [...left, Number(successor.tokenHash.split('/')[1])]);
    }
    return set(sessionId, row);
  };
  return rows;
}
