/** What "exactly one refresh" promises, each as a check of what happened in a schedule. */
import { waitMs } from '../../../functions/shared/domain/refresh-once.ts';
import type { Random } from '../random.ts';
import { workosTimeoutMs } from './function.ts';
import type { History } from './simulate.ts';
import { anything, calm, noWindow, replayWindowMs, squall, type Weather } from './weather.ts';
import { type Browser, tokenHashOf, type Visit } from './world.ts';

export interface RefreshPromise {
  /** In which schedules it has to hold. */
  readonly drawWeather: (random: Random) => Weather;
  /** @returns what was broken, or `undefined`. */
  readonly broken: (history: History) => string | undefined;
}

const inCalm =
  (replayMs: number) =>
  (random: Random): Weather =>
    calm(random, replayMs);

export const promises = {
  'asks WorkOS once, and every tab gets the same pair, with its replay window': {
    drawWeather: inCalm(replayWindowMs),
    broken: oneExchange,
  },
  'asks WorkOS once, and every tab gets the same pair, without a replay window': {
    drawWeather: inCalm(0),
    broken: oneExchange,
  },
  'signs nobody out when everything fails for 8 s, however it fails': { drawWeather: squall, broken: everybodyStaysIn },
  'signs nobody out without a replay window as long as no pair is lost': {
    drawWeather: noWindow,
    broken: everybodyStaysIn,
  },
  "says that a session is over only after a logout or on WorkOS's word": {
    drawWeather: anything,
    broken: endedForNothing,
  },
  'gives a request the successor of its own token, and nothing else': { drawWeather: anything, broken: foreignPair },
  'hands out nothing after a logout': { drawWeather: anything, broken: afterLogout },
  'ends every request in time': { drawWeather: anything, broken: tooLate },
  'never puts an older successor in the place of a newer one': { drawWeather: anything, broken: olderSuccessor },
  'leaves a definite answer for the cookie when all is quiet again': { drawWeather: anything, broken: stillUnclear },
} as const satisfies Record<string, RefreshPromise>;

export type PromiseName = keyof typeof promises;

function oneExchange({ visits, workos, browsers }: History): string | undefined {
  const expired = visits.filter(({ outcome, cookie }) => outcome !== 'fresh' && cookie.generation === 0);
  const without = expired.find(({ pair }) => pair?.generation !== 1);
  if (without) return `${without.name} got no pair`;
  const calls = workos.calls.filter(({ generation }) => generation === 0).length;
  if (calls !== browsers.length) return `WorkOS was asked ${calls} times`;
  return undefined;
}

function everybodyStaysIn(history: History): string | undefined {
  const out = history.visits.find(({ outcome }) => outcome === 'ended');
  if (out) return `${out.name} is told that its session is over`;
  const { browsers, finalVisits } = history;
  if (finalVisits.length < browsers.length) return 'a browser has lost its cookie';
  const stuck = finalVisits.find(({ outcome }) => outcome !== 'tokens');
  return stuck && `${stuck.name} ends ${stuck.outcome}`;
}

function endedForNothing({ visits, browsers }: History): string | undefined {
  const wrong = visits.find((visit) => {
    if (visit.outcome !== 'ended') return false;
    const token = tokenHashOf(visit.cookie);
    if (visits.some((other) => other.wasRefused && tokenHashOf(other.cookie) === token)) return false;
    const loggedOutAt = browserOf(visit, browsers)?.loggedOutAt;
    return loggedOutAt === undefined || loggedOutAt > visit.finishedAt;
  });
  return wrong && `${wrong.name} is told so`;
}

function foreignPair({ visits }: History): string | undefined {
  const wrong = visits.find(
    ({ cookie, pair }) => pair && (pair.sessionId !== cookie.sessionId || pair.generation !== cookie.generation + 1),
  );
  return wrong?.pair && `${wrong.name} got ${tokenHashOf(wrong.pair)}`;
}

/** What the table said before the logout a request may act on. Where the table did not answer at the end, it goes on without. */
function afterLogout({ visits, browsers }: History): string | undefined {
  const wrong = visits.find((visit) => {
    const loggedOutAt = browserOf(visit, browsers)?.loggedOutAt;
    if (!visit.pair || loggedOutAt === undefined) return false;
    const asked = visit.lastTableCall;
    if (asked?.call === 'leave') return asked.isAnswered && asked.at > loggedOutAt;
    // The other way to a pair is a successor; who has neither asked at the end did not ask whether there was a logout.
    return (asked?.call === 'take' && asked.isAnswered ? asked.at : visit.finishedAt) > loggedOutAt;
  });
  return wrong && `${wrong.name} got a pair`;
}

/** Its wait, WorkOS once, and no more than three calls to the table outside the wait; freezes are not its fault. */
function tooLate({ visits, weather }: History): string | undefined {
  const limitMs = waitMs + workosTimeoutMs + 3 * 2 * weather.latencyMs.table;
  const late = visits.find(
    ({ outcome, startedAt, finishedAt, frozenMs }) =>
      outcome === 'crashed' || (outcome !== 'unfinished' && finishedAt - startedAt - frozenMs > limitMs),
  );
  return late && `${late.name} took ${late.finishedAt - late.startedAt} ms: ${late.outcome}`;
}

function olderSuccessor({ successors }: History): string | undefined {
  for (const [sessionId, left] of successors) {
    if (left.some((generation, index) => generation < (left[index - 1] ?? 0)))
      return `${sessionId}: ${left.join(', ')}`;
  }
  return undefined;
}

function stillUnclear({ finalVisits }: History): string | undefined {
  const unclear = finalVisits.find(({ outcome }) => outcome !== 'tokens' && outcome !== 'ended');
  return unclear && `${unclear.name} ends ${unclear.outcome}`;
}

const browserOf = ({ cookie }: Visit, browsers: readonly Browser[]): Browser | undefined =>
  browsers.find(({ sessionId }) => sessionId === cookie.sessionId);
