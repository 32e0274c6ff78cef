/** Refreshes that break a promise each: the simulation is worth something only if it notices. */
import { refreshOnce, type RefreshOnceParts } from '../../../functions/shared/domain/refresh-once.ts';
import type { PromiseName } from './promises.ts';
import type { Pair } from './workos-model.ts';
import type { RefreshUnderTest, WorldOptions } from './world.ts';

export interface Mutation {
  readonly refresh: WorldOptions['refresh'];
  /** The first that is seen to be broken. */
  readonly breaks: PromiseName;
}

type Parts = RefreshOnceParts<Pair>;

/** The real refresh with other parts. */
const withParts =
  (change: (parts: Parts) => Parts): WorldOptions['refresh'] =>
  () =>
  (request, parts) =>
    refreshOnce(request, change(parts));

const withLeases = (change: (leases: Parts['leases']) => Partial<Parts['leases']>): WorldOptions['refresh'] =>
  withParts((parts) => ({ ...parts, leases: { ...parts.leases, ...change(parts.leases) } }));

export const mutations = {
  'takes no lease': {
    breaks: 'asks WorkOS once, and every tab gets the same pair, with its replay window',
    refresh: () => (_, parts) => parts.refresh(),
  },
  'leaves no successor': {
    breaks: 'asks WorkOS once, and every tab gets the same pair, with its replay window',
    refresh: withLeases((leases) => ({
      async leave(request, lease) {
        await leases.release(request, lease);
        return true;
      },
    })),
  },
  'waits only a second': {
    breaks: 'asks WorkOS once, and every tab gets the same pair, with its replay window',
    refresh: () => async (request, parts) => {
      const tooLong = parts.sleep(1_000).then(() => parts.refresh());
      return Promise.race([refreshOnce(request, parts), tooLong]);
    },
  },
  'shares one refresh among all who ask at the same time': {
    breaks: 'gives a request the successor of its own token, and nothing else',
    refresh: () => {
      let underWay: ReturnType<RefreshUnderTest> | undefined;
      return (request, parts) => {
        underWay ??= refreshOnce(request, parts).finally(() => {
          underWay = undefined;
        });
        return underWay;
      };
    },
  },
  'takes a 5xx for a refusal': {
    breaks: 'signs nobody out when everything fails for 8 s, however it fails',
    refresh: withParts((parts) => ({ ...parts, refresh: () => parts.refresh().catch(() => undefined) })),
  },
  'signs out on any refusal': {
    breaks: 'signs nobody out without a replay window as long as no pair is lost',
    refresh: () => async (request, parts) => {
      let wasRefused = false;
      const refresh = async (): Promise<Pair | undefined> => {
        const pair = await parts.refresh();
        wasRefused ||= pair === undefined;
        return pair;
      };
      try {
        return await refreshOnce(request, { ...parts, refresh });
      } catch (error) {
        if (wasRefused) return undefined;
        throw error;
      }
    },
  },
  'does not mind that the lease it waited for was never given back': {
    breaks: 'signs nobody out without a replay window as long as no pair is lost',
    refresh: withLeases((leases) => ({
      async take(request, lease, now) {
        const state = await leases.take(request, lease, now);
        return state.outcome === 'held' ? { ...state, until: new Date(now.getTime() + 1e9) } : state;
      },
    })),
  },
  'does not look whether the lease is still its own when it leaves a successor': {
    breaks: 'never puts an older successor in the place of a newer one',
    refresh: (rows) =>
      withLeases((leases) => ({
        async leave(request, lease, successor) {
          const isAlive = await leases.leave(request, lease, successor);
          const row = rows.get(request.sessionId);
          const { tokenHash } = request;
          if (row && isAlive) rows.set(request.sessionId, { ...row, successor: { ...successor, tokenHash } });
          return isAlive;
        },
      }))(rows),
  },
  'gives the successor to any token': {
    breaks: 'gives a request the successor of its own token, and nothing else',
    refresh: (rows) => (request, parts) => {
      const take: Parts['leases']['take'] = (asked, lease, now) => {
        const { successor } = rows.get(asked.sessionId) ?? {};
        if (!successor || successor.until <= now) return parts.leases.take(asked, lease, now);
        return Promise.resolve({ outcome: 'succeeded', successor: successor.successor });
      };
      const unseal = (successor: string): Pair => (JSON.parse(successor) as { pair: Pair }).pair;
      return refreshOnce(request, { ...parts, unseal, leases: { ...parts.leases, take } });
    },
  },
  'does not see a logout when it leaves a successor': {
    breaks: 'hands out nothing after a logout',
    refresh: withLeases((leases) => ({
      async leave(request, lease, successor) {
        await leases.leave(request, lease, successor);
        return true;
      },
    })),
  },
  'does not see a logout when it takes the lease': {
    breaks: 'hands out nothing after a logout',
    refresh: () => async (request, parts) => {
      const state = await parts.leases.isHeld(request, parts.clock()).catch(() => false);
      return state ? refreshOnce(request, parts) : parts.refresh();
    },
  },
  'does not ask about a logout when it has no lease': {
    breaks: 'hands out nothing after a logout',
    refresh: () => async (request, parts) => {
      let isTaken = false;
      const { leases } = parts;
      const take: Parts['leases']['take'] = async (asked, lease, now) => {
        isTaken = false;
        const state = await leases.take(asked, lease, now);
        isTaken = state.outcome === 'taken';
        return state;
      };
      const leave: Parts['leases']['leave'] = (asked, lease, successor) =>
        isTaken ? leases.leave(asked, lease, successor) : Promise.resolve(true);
      return refreshOnce(request, { ...parts, leases: { ...leases, take, leave } });
    },
  },
  'never gives up': {
    breaks: 'ends every request in time',
    refresh: () =>
      async function insist(request, parts): Promise<Pair | undefined> {
        return refreshOnce(request, parts).catch(() => insist(request, parts));
      },
  },
  'never gives a lease back': {
    breaks: 'leaves a definite answer for the cookie when all is quiet again',
    refresh: withLeases((leases) => ({
      take: (request, lease, now) => leases.take(request, { ...lease, until: new Date(now.getTime() + 1e9) }, now),
      release: () => Promise.resolve(),
    })),
  },
} as const satisfies Record<string, Mutation>;
