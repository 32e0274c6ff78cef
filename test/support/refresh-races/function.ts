/** The function that a simulated request meets: the real refresh, among calls that are slow, fail, freeze and never come back. */
import { AuthError } from '../../../functions/shared/domain/auth-error.ts';
import type { RefreshLeases } from '../../../functions/shared/domain/refresh-leases.ts';
import type { RefreshOnceParts } from '../../../functions/shared/domain/refresh-once.ts';
import { createMemoryRefreshLeases } from '../memory-refresh-leases.ts';
import type { TableCall } from './weather.ts';
import type { Pair } from './workos-model.ts';
import { tokenHashOf, type Visit, type World } from './world.ts';

export const workosTimeoutMs = 4_000;

/** Serves requests, as all instances of one function together do. */
export function createFunction(world: World): (cookie: Pair) => Promise<Visit> {
  const { time, random, say, visits } = world;
  const leases = createMemoryRefreshLeases(world);
  const refresh = world.refresh(world.rows);
  let leaseCount = 0;

  return async (cookie) => {
    const visit: Visit = {
      name: `request ${visits.length + 1} (${tokenHashOf(cookie)})`,
      cookie,
      startedAt: time.now(),
      finishedAt: Number.POSITIVE_INFINITY,
      frozenMs: 0,
      outcome: 'unfinished',
      pair: undefined,
      wasRefused: false,
      lastTableCall: undefined,
    };
    visits.push(visit);
    await mayFreeze(world, visit);
    const parts: RefreshOnceParts<Pair> = {
      leases: behindTheNetwork(world, visit, leases),
      clock: time.clock,
      async sleep(ms) {
        await time.sleep(ms);
        await mayFreeze(world, visit);
      },
      newLeaseId: () => `lease ${(leaseCount += 1)}`,
      refresh: () => askWorkos(world, visit),
      seal: (pair) => JSON.stringify({ tokenHash: tokenHashOf(cookie), pair }),
      unseal: (successor) => {
        const { tokenHash, pair } = JSON.parse(successor) as { tokenHash: string; pair: Pair };
        return tokenHash === tokenHashOf(cookie) ? pair : undefined;
      },
      onTableFailure: () => undefined,
    };
    if (cookie.accessExpiresAt > time.now()) {
      visit.outcome = 'fresh';
    } else {
      try {
        const client = { ipAddress: `192.0.2.${random.between(1, 9)}`, userAgent: undefined };
        const { sessionId } = cookie;
        visit.pair = await refresh(
          { sessionId, userId: `usr of ${sessionId}`, tokenHash: tokenHashOf(cookie), client },
          parts,
        );
        visit.outcome = visit.pair ? 'tokens' : 'ended';
      } catch (error) {
        const isUnavailable = error instanceof AuthError && error.code === 'temporarily_unavailable';
        visit.outcome = isUnavailable ? 'unavailable' : 'crashed';
        say(visit.name, String(error));
      }
    }
    visit.finishedAt = time.now();
    say(visit.name, `=> ${visit.outcome} ${visit.pair ? tokenHashOf(visit.pair) : ''}`);
    return visit;
  };
}

/** Between any two awaits: a function may stand still, or be gone. */
async function mayFreeze({ weather, random, time, say, isTroubled }: World, visit: Visit): Promise<void> {
  if (!isTroubled()) return;
  if (random.chance(weather.chances.death)) {
    say(visit.name, 'dies');
    await new Promise(() => undefined);
  }
  if (!random.chance(weather.chances.freeze)) return;
  const ms = random.between(1, weather.longestFreezeMs);
  say(visit.name, `freezes for ${ms} ms`);
  await time.sleep(ms);
  visit.frozenMs += ms;
}

function behindTheNetwork(world: World, visit: Visit, leases: RefreshLeases): RefreshLeases {
  const { weather, random, time, say, latency, isTroubled } = world;
  const { chances, latencyMs } = weather;

  async function ask<Reply>(call: TableCall, run: () => Promise<Reply>): Promise<Reply> {
    const fails = isTroubled() && random.chance(chances.tableFails[call]);
    await latency(latencyMs.table);
    const isAnswered = !fails;
    const reply = isAnswered || random.chance(chances.writesAnyway) ? await run() : undefined;
    visit.lastTableCall = { call, at: time.now(), isAnswered };
    if (reply !== true || call !== 'isHeld')
      say(visit.name, `${call}() ${summary(reply)}${isAnswered ? '' : ' fails'}`);
    await latency(latencyMs.table);
    await mayFreeze(world, visit);
    if (!isAnswered) throw new Error('throttled');
    return reply as Reply;
  }

  return {
    take: (request, lease, now) => ask('take', () => leases.take(request, lease, now)),
    isHeld: (request, now) => ask('isHeld', () => leases.isHeld(request, now)),
    leave: (request, lease, successor) => ask('leave', () => leases.leave(request, lease, successor)),
    refuse: (request, lease, until) => ask('refuse', () => leases.refuse(request, lease, until)),
    release: (request, lease) => ask('release', () => leases.release(request, lease)),
  };
}

function summary(reply: unknown): string {
  if (typeof reply === 'object' && reply && 'outcome' in reply) return String(reply.outcome);
  return reply === undefined ? '' : JSON.stringify(reply);
}

async function askWorkos(world: World, visit: Visit): Promise<Pair | undefined> {
  const timeout = world.time.sleep(workosTimeoutMs).then(() => 'unavailable' as const);
  const answer = await Promise.race([exchange(world, visit), timeout]);
  await mayFreeze(world, visit);
  if (answer === 'unavailable') {
    world.say(visit.name, 'WorkOS does not answer');
    throw new AuthError('temporarily_unavailable', 'WorkOS did not answer as it should');
  }
  visit.wasRefused ||= answer === 'refused';
  return answer === 'refused' ? undefined : answer;
}

async function exchange(world: World, visit: Visit): Promise<Pair | 'refused' | 'unavailable'> {
  const { weather, random, time, workos, say, latency, isTroubled } = world;
  const { chances, latencyMs } = weather;
  const happens = (chance: number): boolean => isTroubled() && random.chance(chance);

  if (happens(chances.workosIsSlow)) await time.sleep(random.between(0, 6_000));
  await latency(latencyMs.workos);
  if (happens(chances.workosFails)) return 'unavailable';
  const pair = workos.exchange(visit.cookie);
  say(visit.name, `WorkOS: ${workos.calls.at(-1)?.verdict}`);
  if (happens(chances.workosLosesReply)) {
    if (random.chance(0.5)) return 'unavailable';
    await time.sleep(workosTimeoutMs);
  }
  if (happens(chances.workosIsSlow)) await time.sleep(random.between(0, 6_000));
  await latency(latencyMs.workos);
  return pair ?? 'refused';
}
