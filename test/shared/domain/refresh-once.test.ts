import { describe, expect, it } from 'vitest';
import { openSuccessor, sealSuccessor } from '../../../functions/shared/crypto/successor.ts';
import { AuthError } from '../../../functions/shared/domain/auth-error.ts';
import type { RefreshLeases } from '../../../functions/shared/domain/refresh-leases.ts';
import { leaseMs, refreshOnce, waitMs } from '../../../functions/shared/domain/refresh-once.ts';
import { createMemoryRefreshLeases } from '../../support/memory-refresh-leases.ts';
import { createMemorySessionRecords, type MemorySessionRow } from '../../support/memory-session-records.ts';
import { startVirtualTime } from '../../support/virtual-time.ts';

const workosMs = 300;
const session = { sessionId: 'session_1', userId: 'usr_1' };
const unavailable = expect.objectContaining({ code: 'temporarily_unavailable' });

/** A table, a clock, and a WorkOS that takes 300 ms and answers each call with the next of these; the last stays. */
function arrange(...answers: readonly (string | undefined | AuthError)[]) {
  const time = startVirtualTime();
  const rows = new Map<string, MemorySessionRow>();
  const table = { ...createMemoryRefreshLeases({ rows }) };
  const failures: unknown[] = [];
  let [asked, leaseCount] = [0, 0];

  const refresh = async (): Promise<string | undefined> => {
    const answer = answers[Math.min(asked, answers.length - 1)];
    asked += 1;
    await time.sleep(workosMs);
    if (answer instanceof AuthError) throw answer;
    return answer;
  };

  return {
    ...time,
    records: createMemorySessionRecords({ rows }),
    /** To be changed by a test: what it does not do, or does not say. */
    table,
    failures,
    asked: () => asked,
    ask: (token = 'first', leases: RefreshLeases = table) =>
      refreshOnce(
        { ...session, tokenHash: token, client: { ipAddress: '192.0.2.7', userAgent: 'Firefox' } },
        {
          leases,
          refresh,
          clock: time.clock,
          sleep: time.sleep,
          newLeaseId: () => `lease ${(leaseCount += 1)}`,
          seal: (pair) => sealSuccessor(pair, token, session.sessionId),
          unseal: (successor) => openSuccessor(successor, token, session.sessionId),
          onTableFailure: (error) => failures.push(error),
        },
      ),
  };
}

const outage = (): Promise<never> => Promise.reject(new Error('throttled'));
const never = (): Promise<never> => new Promise(() => undefined);
const noAnswer = (): AuthError => new AuthError('temporarily_unavailable', 'WorkOS did not answer');

/** Starts a request that dies with the lease in its hands. */
function die({ ask, table }: ReturnType<typeof arrange>): void {
  void ask('first', { ...table, leave: never, refuse: never, release: never });
}

describe('refreshOnce()', () => {
  it('refreshes once for twenty who ask at the same time', async () => {
    const { ask, asked, run, now } = arrange('pair', 'another pair');
    const pairs = await run(Promise.all(Array.from({ length: 20 }, () => ask())));
    expect(pairs).toStrictEqual(Array.from({ length: 20 }, () => 'pair'));
    expect(asked()).toBe(1);
    expect(now()).toBeLessThan(workosMs + 500);
  });

  it('gives what it got to the same token for 30 s, as WorkOS would', async () => {
    const { ask, asked, run, sleep } = arrange('pair', 'another pair');
    await run(ask());
    await run(sleep(29_999));
    expect(await run(ask())).toBe('pair');
    expect(asked()).toBe(1);
    await run(sleep(1));
    expect(await run(ask())).toBe('another pair');
  });

  it('asks WorkOS about any other token', async () => {
    const { ask, run } = arrange('pair of the first', 'pair of the second');
    await run(ask('first'));
    expect(await run(ask('second'))).toBe('pair of the second');
  });

  it('does not wait while another token is refreshed', async () => {
    const { ask, run, now } = arrange('pair of the first', 'pair of the second');
    const pairs = await run(Promise.all([ask('first'), ask('second')]));
    expect(pairs).toStrictEqual(['pair of the first', 'pair of the second']);
    expect(now()).toBe(workosMs);
  });

  it('keeps the cookie when the successor does not open', async () => {
    const { ask, run, table } = arrange('pair');
    const take: RefreshLeases['take'] = () => Promise.resolve({ outcome: 'succeeded', successor: 'of another token' });
    await expect(run(ask('first', { ...table, take }))).rejects.toThrow(unavailable);
  });
});

describe('refreshOnce(), when WorkOS does not answer', () => {
  it('keeps the cookie, and lets the next one try at once', async () => {
    const { ask, run, now } = arrange(noAnswer(), 'pair');
    await expect(run(ask())).rejects.toThrow(unavailable);
    expect(await run(ask())).toBe('pair');
    expect(now()).toBe(2 * workosMs);
  });

  it('lets one of those who wait try, and the others wait for that one', async () => {
    const { ask, asked, run } = arrange(noAnswer(), 'pair');
    const outcomes = await run(Promise.allSettled(Array.from({ length: 20 }, () => ask())));
    expect(outcomes.filter(({ status }) => status === 'rejected')).toHaveLength(1);
    expect(asked()).toBe(2);
  });
});

describe('refreshOnce(), when WorkOS refuses', () => {
  it('says that the session is over, to all who ask with this token, after one call', async () => {
    const { ask, asked, run } = arrange(undefined);
    const outcomes = await run(Promise.all(Array.from({ length: 20 }, () => ask())));
    expect(new Set(outcomes)).toStrictEqual(new Set([undefined]));
    expect(asked()).toBe(1);
  });

  it('says so too when the table does not take note of it', async () => {
    const { ask, run, table, failures } = arrange(undefined);
    expect(await run(ask('first', { ...table, refuse: outage }))).toBeUndefined();
    expect(failures).toHaveLength(1);
  });

  it('keeps the cookie when the table cannot tell who else has refreshed', async () => {
    const { ask, run, table } = arrange(undefined);
    const { take: _, ...rest } = table;
    await expect(run(ask('first', { ...rest, take: outage }))).rejects.toThrow(unavailable);
  });

  it('keeps the cookie when the one it waited for never gave the lease back', async () => {
    const world = arrange('pair that was not left', undefined);
    const { ask, run, sleep } = world;
    die(world);
    await run(sleep(leaseMs - 1_000));
    await expect(run(ask())).rejects.toThrow(unavailable);
    expect(await run(ask())).toBeUndefined();
  });

  it('keeps the cookie when it was frozen for longer than its lease', async () => {
    const { ask, run, sleep, table } = arrange(undefined);
    const thaw: RefreshLeases['take'] = async (...question) => {
      const state = await table.take(...question);
      await sleep(leaseMs);
      return state;
    };
    await expect(run(ask('first', { ...table, take: thaw }))).rejects.toThrow(unavailable);
  });
});

describe('refreshOnce(), when the winner dies', () => {
  it('answers those who wait after 6 s, while the lease runs', async () => {
    const world = arrange('pair');
    die(world);
    await expect(world.run(world.ask())).rejects.toThrow(unavailable);
    expect(world.now()).toBeGreaterThan(waitMs - 500);
    expect(world.now()).toBeLessThanOrEqual(waitMs);
  });

  it('takes over when the lease has run out', async () => {
    const world = arrange('pair');
    die(world);
    await world.run(world.sleep(leaseMs));
    expect(await world.run(world.ask())).toBe('pair');
    expect(world.now()).toBe(leaseMs + workosMs);
  });

  it('looks some twenty times while it waits, and no oftener', async () => {
    const world = arrange('pair');
    let reads = 0;
    const isHeld: RefreshLeases['isHeld'] = (...question) => {
      reads += 1;
      return world.table.isHeld(...question);
    };
    die(world);
    await expect(world.run(world.ask('first', { ...world.table, isHeld }))).rejects.toThrow(unavailable);
    expect(reads).toBeGreaterThan(10);
    expect(reads).toBeLessThan(20);
  });
});

describe('refreshOnce(), after a logout', () => {
  it('asks nobody', async () => {
    const { ask, asked, run, records, clock } = arrange('pair');
    await records.end(session, clock());
    expect(await run(ask())).toBeUndefined();
    expect(asked()).toBe(0);
  });

  it.each(['first', 'second'])('hands out nothing that it got meanwhile for the %s token', async (token) => {
    const { ask, run, records, clock, sleep } = arrange('pair');
    const whoHasTheLease = ask('first');
    const request = ask(token);
    await run(sleep(workosMs - 100));
    await records.end(session, clock());
    expect(await run(Promise.all([whoHasTheLease, request]))).toStrictEqual([undefined, undefined]);
  });

  it('hands out nothing when the table failed before it and answers after it', async () => {
    const { ask, run, records, clock, sleep, table } = arrange('pair');
    const request = ask('first', { ...table, take: outage });
    await run(sleep(workosMs - 100));
    await records.end(session, clock());
    expect(await run(request)).toBeUndefined();
  });
});

describe('refreshOnce(), when the table does not answer', () => {
  it('refreshes without a lease, and says so', async () => {
    const { ask, run, failures } = arrange('pair');
    const down = { take: outage, isHeld: outage, leave: outage, refuse: outage, release: outage };
    expect(await run(ask('first', down))).toBe('pair');
    expect(failures).toStrictEqual([new Error('throttled'), new Error('throttled')]);
  });

  it('leaves a successor all the same when only the answer to taking the lease was lost', async () => {
    const { ask, asked, run, table } = arrange('pair', 'another pair');
    const take: RefreshLeases['take'] = async (...question) => {
      await table.take(...question);
      return outage();
    };
    expect(await run(Promise.all([ask('first', { ...table, take }), ask()]))).toStrictEqual(['pair', 'pair']);
    expect(asked()).toBe(1);
  });

  it('hands out what it got when it cannot leave it', async () => {
    const { ask, run, table, failures } = arrange('pair');
    expect(await run(ask('first', { ...table, leave: outage }))).toBe('pair');
    expect(failures).toHaveLength(1);
  });

  it('asks for the lease again when it cannot look', async () => {
    const { ask, asked, run, table } = arrange('pair');
    const pairs = await run(Promise.all([ask(), ask('first', { ...table, isHeld: outage })]));
    expect(pairs).toStrictEqual(['pair', 'pair']);
    expect(asked()).toBe(1);
  });
});
