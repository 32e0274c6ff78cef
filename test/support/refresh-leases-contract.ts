/** What every store of refresh leases has to do, whatever it is made of. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Lease, RefreshRequest, Successor } from '../../functions/shared/domain/refresh-leases.ts';
import type { SessionsStore, SessionsUnderTest } from './sessions-under-test.ts';

const now = new Date('2026-11-22T10:00:00.000Z');
const client = { ipAddress: '192.0.2.7', userAgent: 'Firefox' };

/** Every test a session of its own: one table may serve all. */
let count = 0;

function requestOfSomeone(details: Partial<RefreshRequest> = {}): RefreshRequest {
  count += 1;
  return {
    sessionId: `session_leases_${count}`,
    userId: `usr_leases_${count}`,
    tokenHash: 'first',
    client,
    ...details,
  };
}

const after = (ms: number): Date => new Date(now.getTime() + ms);
const leaseOf = (leaseId: string, untilMs = 8_000): Lease => ({ leaseId, until: after(untilMs) });
const successorOf = (successor: string, untilMs = 30_000): Successor => ({ successor, until: after(untilMs) });

const taken = { outcome: 'taken' };
const heldUntil = (ms: number) => ({ outcome: 'held', until: after(ms) });

export function describeRefreshLeases({ name, start }: SessionsStore): void {
  describe(`refresh leases in ${name}`, () => {
    let sessions: SessionsUnderTest;
    beforeAll(async () => {
      sessions = await start();
    });
    afterAll(() => sessions.close());

    describe('take()', () => {
      it('takes the lease of a session whose row is not there yet, and begins the row', async () => {
        const { leases, records } = sessions;
        const request = requestOfSomeone();
        const { sessionId, userId } = request;
        expect(await leases.take(request, leaseOf('a'), now)).toStrictEqual(taken);
        const seen = { createdAt: now, lastSeenAt: now, client };
        expect(await records.list(userId, now)).toStrictEqual([
          { sessionId, userId, organizationId: undefined, ...seen },
        ]);
      });

      it('takes the lease of a session that has a row, and notes when and from where it was seen', async () => {
        const { leases, records } = sessions;
        const request = requestOfSomeone({ client: { ipAddress: '198.51.100.1', userAgent: undefined } });
        const { sessionId, userId } = request;
        await records.begin({ ...request, organizationId: undefined }, client, now);
        expect(await leases.take(request, leaseOf('a'), after(1000))).toStrictEqual(taken);
        const seen = { createdAt: now, lastSeenAt: after(1000), client: { ipAddress: '198.51.100.1' } };
        expect(await records.list(userId, now)).toStrictEqual([
          { sessionId, userId, organizationId: undefined, ...seen },
        ]);
      });

      it('finds it held as long as it runs, and not a millisecond longer', async () => {
        const { leases } = sessions;
        const request = requestOfSomeone();
        await leases.take(request, leaseOf('a', 8_000), now);
        expect(await leases.take(request, leaseOf('b', 16_000), after(7_999))).toStrictEqual(heldUntil(8_000));
        expect(await leases.take(request, leaseOf('b', 16_000), after(8_000))).toStrictEqual(taken);
        expect(await leases.take(request, leaseOf('c', 16_000), after(15_999))).toStrictEqual(heldUntil(16_000));
      });

      it('is ours still when the same lease is taken again, as an SDK does that missed the answer', async () => {
        const { leases } = sessions;
        const request = requestOfSomeone();
        await leases.take(request, leaseOf('a'), now);
        expect(await leases.take(request, leaseOf('a'), after(1))).toStrictEqual(taken);
      });

      it('tells another token that there is nothing to wait for', async () => {
        const { leases } = sessions;
        const request = requestOfSomeone();
        await leases.take(request, leaseOf('a'), now);
        const state = await leases.take({ ...request, tokenHash: 'second' }, leaseOf('b'), after(7_999));
        expect(state).toStrictEqual({ outcome: 'held-for-another-token' });
      });

      it('gives the successor to exactly its token, until its time', async () => {
        const { leases } = sessions;
        const request = requestOfSomeone();
        await leases.take(request, leaseOf('a'), now);
        await leases.leave(request, leaseOf('a'), successorOf('pair', 30_000));
        const succeeded = { outcome: 'succeeded', successor: 'pair' };
        expect(await leases.take(request, leaseOf('b'), now)).toStrictEqual(succeeded);
        expect(await leases.take(request, leaseOf('b', 38_000), after(29_999))).toStrictEqual(succeeded);
        expect(await leases.take(request, leaseOf('b', 38_000), after(30_000))).toStrictEqual(taken);
      });

      it('gives another token the lease, and goes on giving the successor to its own', async () => {
        const { leases } = sessions;
        const request = requestOfSomeone();
        const second = { ...request, tokenHash: 'second' };
        await leases.take(request, leaseOf('a'), now);
        await leases.leave(request, leaseOf('a'), successorOf('pair'));
        expect(await leases.take(second, leaseOf('b'), after(1))).toStrictEqual(taken);
        const state = await leases.take(request, leaseOf('c'), after(2));
        expect(state).toStrictEqual({ outcome: 'succeeded', successor: 'pair' });
      });

      it('finds a session ended, whatever was on its row', async () => {
        const { leases, records } = sessions;
        const request = requestOfSomeone();
        await leases.take(request, leaseOf('a'), now);
        await records.end(request, after(1));
        expect(await leases.take(request, leaseOf('b'), after(2))).toStrictEqual({ outcome: 'ended' });
        expect(await leases.take(request, leaseOf('a'), after(2))).toStrictEqual({ outcome: 'ended' });
      });

      it('lets one of thirty have it', async () => {
        const request = requestOfSomeone();
        const takes = Array.from({ length: 30 }, (_, index) => sessions.leases.take(request, leaseOf(`${index}`), now));
        const outcomes = (await Promise.all(takes)).map(({ outcome }) => outcome);
        expect(outcomes.toSorted()).toStrictEqual([...Array.from({ length: 29 }, () => 'held'), 'taken']);
      });

      it('keeps sessions apart', async () => {
        const { leases } = sessions;
        const [alice, bob] = [requestOfSomeone(), requestOfSomeone()];
        await leases.take(alice, leaseOf('a'), now);
        expect(await leases.take(bob, leaseOf('b'), now)).toStrictEqual(taken);
        await leases.leave(alice, leaseOf('a'), successorOf('pair of alice'));
        expect(await leases.take(bob, leaseOf('c'), now)).toStrictEqual(heldUntil(8_000));
      });
    });

    describe('isHeld()', () => {
      it('is what take() would find, without taking anything', async () => {
        const { leases } = sessions;
        const request = requestOfSomeone();
        expect(await leases.isHeld(request, now)).toBe(false);
        await leases.take(request, leaseOf('a'), now);
        expect(await leases.isHeld(request, after(7_999))).toBe(true);
        expect(await leases.isHeld(request, after(8_000))).toBe(false);
        expect(await leases.isHeld({ ...request, tokenHash: 'second' }, now)).toBe(false);
      });

      it('ends with the lease, and with the session', async () => {
        const { leases, records } = sessions;
        const [left, released, ended] = [requestOfSomeone(), requestOfSomeone(), requestOfSomeone()];
        for (const request of [left, released, ended]) await leases.take(request, leaseOf('a'), now);
        await leases.leave(left, leaseOf('a'), successorOf('pair'));
        await leases.release(released, leaseOf('a'));
        await records.end(ended, now);
        for (const request of [left, released, ended]) expect(await leases.isHeld(request, now)).toBe(false);
      });
    });

    describe('leave()', () => {
      it('does not touch the lease of whoever took over, nor what they leave', async () => {
        const { leases } = sessions;
        const request = requestOfSomeone();
        await leases.take(request, leaseOf('frozen'), now);
        await leases.take(request, leaseOf('next', 16_000), after(8_000));
        expect(await leases.leave(request, leaseOf('frozen'), successorOf('late', 38_000))).toBe(true);
        expect(await leases.take(request, leaseOf('c', 16_000), after(8_001))).toStrictEqual(heldUntil(16_000));

        expect(await leases.leave(request, leaseOf('next', 16_000), successorOf('good', 38_000))).toBe(true);
        expect(await leases.leave(request, leaseOf('frozen'), successorOf('late', 38_000))).toBe(true);
        const state = await leases.take(request, leaseOf('c', 16_000), after(8_002));
        expect(state).toStrictEqual({ outcome: 'succeeded', successor: 'good' });
      });

      it('does not put the successor of an older token in the place of a newer one', async () => {
        const { leases } = sessions;
        const first = requestOfSomeone();
        const second = { ...first, tokenHash: 'second' };
        await leases.take(first, leaseOf('frozen'), now);
        await leases.take(second, leaseOf('next', 16_000), after(8_000));
        await leases.leave(second, leaseOf('next', 16_000), successorOf('newer', 38_000));
        expect(await leases.leave(first, leaseOf('frozen'), successorOf('older', 38_000))).toBe(true);
        const state = await leases.take(second, leaseOf('c'), after(8_001));
        expect(state).toStrictEqual({ outcome: 'succeeded', successor: 'newer' });
      });

      it('is refused once the session has ended, and leaves nothing', async () => {
        const { leases, records, stored } = sessions;
        const request = requestOfSomeone();
        await leases.take(request, leaseOf('a'), now);
        await records.end(request, after(1));
        expect(await leases.leave(request, leaseOf('a'), successorOf('too late'))).toBe(false);
        expect(await stored(request.sessionId)).not.toContain('too late');
      });

      it('without a lease tells whether the session has ended, and leaves nothing', async () => {
        const { leases, records, stored } = sessions;
        const [nowhere, alive, ended] = [requestOfSomeone(), requestOfSomeone(), requestOfSomeone()];
        await records.begin({ ...alive, organizationId: undefined }, client, now);
        await records.end(ended, now);
        expect(await leases.leave(nowhere, leaseOf('a'), successorOf('pair'))).toBe(true);
        expect(await leases.leave(alive, leaseOf('a'), successorOf('pair'))).toBe(true);
        expect(await leases.leave(ended, leaseOf('a'), successorOf('pair'))).toBe(false);
        expect(await stored(nowhere.sessionId)).toBe('{}');
        expect(await stored(alive.sessionId)).not.toContain('pair');
      });
    });

    describe('refuse()', () => {
      it('tells exactly its token, until its time, that WorkOS refused it', async () => {
        const { leases } = sessions;
        const request = requestOfSomeone();
        const second = { ...request, tokenHash: 'second' };
        await leases.take(request, leaseOf('a'), now);
        await leases.refuse(request, leaseOf('a'), after(30_000));
        expect(await leases.isHeld(request, now)).toBe(false);
        expect(await leases.take(request, leaseOf('b'), after(29_999))).toStrictEqual({ outcome: 'refused' });
        expect(await leases.take(second, leaseOf('b'), after(1))).toStrictEqual(taken);
        await leases.release(second, leaseOf('b'));
        expect(await leases.take(request, leaseOf('b', 38_000), after(30_000))).toStrictEqual(taken);
      });

      it('goes on giving the successor of another token', async () => {
        const { leases } = sessions;
        const request = requestOfSomeone();
        const second = { ...request, tokenHash: 'second' };
        await leases.take(request, leaseOf('a'), now);
        await leases.leave(request, leaseOf('a'), successorOf('pair'));
        await leases.take(second, leaseOf('b'), now);
        await leases.refuse(second, leaseOf('b'), after(30_000));
        const state = await leases.take(request, leaseOf('c'), after(1));
        expect(state).toStrictEqual({ outcome: 'succeeded', successor: 'pair' });
        expect(await leases.take(second, leaseOf('c'), after(1))).toStrictEqual({ outcome: 'refused' });
      });
    });

    describe('release()', () => {
      it('lets the next one have it at once', async () => {
        const { leases } = sessions;
        const request = requestOfSomeone();
        await leases.take(request, leaseOf('a'), now);
        await leases.release(request, leaseOf('a'));
        expect(await leases.take(request, leaseOf('b'), after(1))).toStrictEqual(taken);
      });
    });

    it.each(['refuse', 'release'] as const)('%s() does nothing with a lease that is not ours', async (giveBack) => {
      const { leases, stored } = sessions;
      const [request, nowhere] = [requestOfSomeone(), requestOfSomeone()];
      await leases.take(request, leaseOf('frozen'), now);
      await leases.take(request, leaseOf('next', 16_000), after(8_000));
      await leases[giveBack](request, leaseOf('frozen'), after(38_000));
      expect(await leases.take(request, leaseOf('c', 16_000), after(8_001))).toStrictEqual(heldUntil(16_000));
      await leases[giveBack](nowhere, leaseOf('a'), after(30_000));
      expect(await stored(nowhere.sessionId)).toBe('{}');
    });
  });
}
