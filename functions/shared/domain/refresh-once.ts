/**
 * Exactly one refresh: WorkOS's refresh tokens are single-use, and the tabs of a browser expire together.
 *
 * The first request takes a lease on the session's row, refreshes, and leaves the successor there for whoever carries the
 * same old token. The others wait for it. A winner that dies leaves a lease that runs out; whoever takes over replays the
 * same token, inside the 30 s in which WorkOS answers a replay with the same pair. Any other token is WorkOS's to judge.
 * A refusal signs out only where no other request can have exchanged the token.
 */
import { AuthError } from './auth-error.ts';
import type { Clock } from './clock.ts';
import type { Lease, RefreshLeases, RefreshRequest } from './refresh-leases.ts';

/** Twice WorkOS's timeout of 4 s: a live winner is done or has failed by then. */
export const leaseMs = 8_000;
/** How long a request waits for another's refresh before it answers 503. */
export const waitMs = 6_000;
/** As long as WorkOS itself answers a replay. Its refusal is passed on for as long. */
export const successorMs = 30_000;
const firstPollMs = 50;
const slowestPollMs = 400;

export interface RefreshOnceParts<Tokens> {
  readonly leases: RefreshLeases;
  readonly clock: Clock;
  readonly sleep: (ms: number) => Promise<void>;
  readonly newLeaseId: () => string;
  /** Calls WorkOS. `undefined`: a definite refusal. @throws AuthError `temporarily_unavailable` for anything else. */
  readonly refresh: () => Promise<Tokens | undefined>;
  /** Sealed under a key that only a bearer of the old token can derive. */
  readonly seal: (tokens: Tokens) => string;
  readonly unseal: (successor: string) => Tokens | undefined;
  /** The table did not answer. What was asked of it goes on without it: better two refreshes than a user locked out. */
  readonly onTableFailure: (error: unknown) => void;
}

/**
 * @returns the new tokens; `undefined` when the session is over.
 * @throws AuthError `temporarily_unavailable`: the cookie stays as it is, and the next request tries again.
 */
export async function refreshOnce<Tokens>(
  request: RefreshRequest,
  parts: RefreshOnceParts<Tokens>,
): Promise<Tokens | undefined> {
  const { clock } = parts;
  const giveUpAt = clock().getTime() + waitMs;
  let mayBeSpent = false;
  for (;;) {
    const lease: Lease = { leaseId: parts.newLeaseId(), until: new Date(clock().getTime() + leaseMs) };
    const state = await askTable(parts, () => parts.leases.take(request, lease, clock()));
    switch (state?.outcome) {
      case 'taken':
        return refreshAndLeave(request, { lease, isAlone: !mayBeSpent }, parts);
      case 'succeeded':
        return openSuccessor(state.successor, parts);
      case 'refused':
      case 'ended':
        return undefined;
      case 'held-for-another-token':
      case undefined:
        // Ends like a refresh under a lease: there may have been a logout, and a table may write and not answer.
        return refreshAndLeave(request, { lease, isAlone: false }, parts);
      case 'held':
        await waitWhileHeld(request, parts, giveUpAt);
        // Never given back: its holder died or froze, or has the new pair and could not leave it.
        mayBeSpent ||= clock() >= state.until;
    }
  }
}

/** Reads are a tenth of the price of a refused write, and do not stand in the winner's way. */
async function waitWhileHeld<Tokens>(
  request: RefreshRequest,
  parts: RefreshOnceParts<Tokens>,
  giveUpAt: number,
): Promise<void> {
  const { leases, clock, sleep } = parts;
  let pollMs = firstPollMs;
  do {
    if (clock().getTime() + pollMs > giveUpAt) {
      throw new AuthError('temporarily_unavailable', 'another request is still refreshing this session');
    }
    await sleep(pollMs);
    pollMs = Math.min(pollMs * 2, slowestPollMs);
  } while (await askTable(parts, () => leases.isHeld(request, clock())));
}

/** @returns `undefined` when the table cannot be asked. */
async function askTable<Tokens, Reply>(
  { onTableFailure }: RefreshOnceParts<Tokens>,
  ask: () => Promise<Reply>,
): Promise<Reply | undefined> {
  try {
    return await ask();
  } catch (error) {
    onTableFailure(error);
    return undefined;
  }
}

interface Attempt {
  readonly lease: Lease;
  /** Nobody else was seen who may have exchanged the token; as long as the lease runs, nobody else can. */
  readonly isAlone: boolean;
}

async function refreshAndLeave<Tokens>(
  request: RefreshRequest,
  { lease, isAlone }: Attempt,
  parts: RefreshOnceParts<Tokens>,
): Promise<Tokens | undefined> {
  const { leases, clock, seal } = parts;
  // The next request need not wait for the lease to run out.
  const release = () => askTable(parts, () => leases.release(request, lease));
  let tokens: Tokens | undefined;
  try {
    tokens = await parts.refresh();
  } catch (error) {
    await release();
    throw error;
  }
  const until = new Date(clock().getTime() + successorMs);
  if (tokens === undefined) {
    if (isAlone && clock() < lease.until) {
      await askTable(parts, () => leases.refuse(request, lease, until));
      return undefined;
    }
    await release();
    // Where WorkOS replays nothing, it refuses the second of two. Signing out would take from the browser what the first got.
    throw new AuthError('temporarily_unavailable', 'WorkOS refused a token that another request may have exchanged');
  }
  // A logout that came between wins: its user wants no new cookie. If the table does not answer, this browser still gets
  // the pair, and whoever waits takes over and gets the same by a replay.
  const isLeft = await askTable(parts, () => leases.leave(request, lease, { successor: seal(tokens), until }));
  return isLeft === false ? undefined : tokens;
}

function openSuccessor<Tokens>(successor: string, { unseal }: RefreshOnceParts<Tokens>): Tokens {
  const tokens = unseal(successor);
  if (tokens !== undefined) return tokens;
  throw new AuthError('temporarily_unavailable', 'a successor does not open with the token it was left for');
}
