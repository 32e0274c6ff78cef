/** What every store of web sessions' rows has to do, whatever it is made of. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SessionIdentity } from '../../functions/shared/domain/session-records.ts';
import { sessionMaxAgeSeconds, type SessionsStore, type SessionsUnderTest } from './sessions-under-test.ts';

const now = new Date('2026-11-22T10:00:00.000Z');
const after = (seconds: number): Date => new Date(now.getTime() + seconds * 1000);
const client = { ipAddress: '192.0.2.7', userAgent: 'Firefox' };

/** Every test a user of its own: one table may serve all. */
let count = 0;

function someone(): SessionIdentity & { readonly organizationId: string | undefined } {
  count += 1;
  return { sessionId: `session_records_${count}`, userId: `usr_records_${count}`, organizationId: undefined };
}

export function describeSessionRecords({ name, start }: SessionsStore): void {
  describe(`session records in ${name}`, () => {
    let sessions: SessionsUnderTest;
    beforeAll(async () => {
      sessions = await start();
    });
    afterAll(() => sessions.close());

    describe('begin()', () => {
      it('makes a row that is listed', async () => {
        const { records } = sessions;
        const { sessionId, userId, organizationId } = someone();
        await records.begin({ sessionId, userId, organizationId }, client, now);
        const expected = [{ sessionId, userId, organizationId, createdAt: now, lastSeenAt: now, client }];
        expect(await records.list(userId, now)).toStrictEqual(expected);
        expect(await records.isEnded(sessionId)).toBe(false);
      });

      it('keeps since when the session is there when it begins again, and takes over the rest', async () => {
        const { records, stored } = sessions;
        const session = someone();
        await records.begin({ ...session, organizationId: 'org_before' }, client, now);
        expect(await stored(session.sessionId)).toContain('org_before');
        const elsewhere = { ipAddress: '2001:db8::1', userAgent: 'Safari' };
        await records.begin(session, elsewhere, after(60));
        const [record] = await records.list(session.userId, after(60));
        expect(record).toMatchObject({ createdAt: now, lastSeenAt: after(60), client: elsewhere });
        expect(await stored(session.sessionId)).not.toContain('org_before');
      });

      it('knows no user agent where the browser names none', async () => {
        const { records } = sessions;
        const session = someone();
        await records.begin(session, { ipAddress: '192.0.2.7', userAgent: undefined }, now);
        const [record] = await records.list(session.userId, now);
        expect(record?.client).toStrictEqual({ ipAddress: '192.0.2.7' });
      });
    });

    describe('end()', () => {
      it('ends a session: for isEnded(), for the list, and for who would refresh it', async () => {
        const { records, leases } = sessions;
        const session = someone();
        await records.begin(session, client, now);
        await records.end(session, after(1));
        expect(await records.isEnded(session.sessionId)).toBe(true);
        expect(await records.list(session.userId, after(1))).toStrictEqual([]);
        const lease = { leaseId: 'a', until: after(9) };
        const request = { ...session, tokenHash: 'first', client };
        expect(await leases.take(request, lease, after(1))).toStrictEqual({ outcome: 'ended' });
      });

      it('takes the lease and the successor off the row', async () => {
        const { records, leases, stored } = sessions;
        const session = someone();
        const [first, second] = ['first', 'second'].map((tokenHash) => ({ ...session, tokenHash, client }));
        if (!first || !second) throw new Error('two requests');
        await leases.take(first, { leaseId: 'lease-one', until: after(8) }, now);
        await leases.leave(first, { leaseId: 'lease-one', until: after(8) }, { successor: 'pair', until: after(30) });
        await leases.take(second, { leaseId: 'lease-two', until: after(8) }, now);
        expect(await stored(session.sessionId)).toMatch(/pair.*lease-two|lease-two.*pair/);
        await records.end(session, after(1));
        expect(await stored(session.sessionId)).not.toMatch(/pair|lease-two/);
        const lease = { leaseId: 'b', until: after(9) };
        expect(await leases.take(first, lease, after(1))).toStrictEqual({ outcome: 'ended' });
      });

      it('ends a session whose row is not there yet', async () => {
        const { records, leases } = sessions;
        const session = someone();
        await records.end(session, now);
        expect(await records.isEnded(session.sessionId)).toBe(true);
        expect(await records.list(session.userId, now)).toStrictEqual([]);
        const request = { ...session, tokenHash: 'first', client };
        const lease = { leaseId: 'a', until: after(8) };
        expect(await leases.take(request, lease, now)).toStrictEqual({ outcome: 'ended' });
      });
    });

    describe('ownerOf()', () => {
      it('tells whose row it is, and of no row that there is none', async () => {
        const { records } = sessions;
        const session = someone();
        await records.begin(session, client, now);
        expect(await records.ownerOf(session.sessionId)).toBe(session.userId);
        expect(await records.ownerOf('session_nobody_knows')).toBeUndefined();
      });
    });

    describe('isEnded()', () => {
      it('is false for a session that nobody knows', async () => {
        expect(await sessions.records.isEnded('session_nobody_knows')).toBe(false);
      });
    });

    describe('list()', () => {
      it('says which organization each was signed in to', async () => {
        const { records } = sessions;
        const session = { ...someone(), organizationId: 'org_chosen' };
        await records.begin(session, client, now);
        expect((await records.list(session.userId, now))[0]?.organizationId).toBe('org_chosen');
      });

      it("is this user's alone, the latest first", async () => {
        const { records } = sessions;
        const [first, second, third, stranger] = [someone(), someone(), someone(), someone()];
        const { userId } = first;
        await records.begin(first, client, after(2));
        await records.begin({ ...second, userId }, client, after(3));
        await records.begin({ ...third, userId }, client, after(1));
        await records.begin(stranger, client, after(4));
        const ids = (await records.list(userId, after(5))).map(({ sessionId }) => sessionId);
        expect(ids).toStrictEqual([second.sessionId, first.sessionId, third.sessionId]);
      });

      it('leaves out what nobody ended and the browser has forgotten', async () => {
        const { records } = sessions;
        const session = someone();
        await records.begin(session, client, now);
        expect(await records.list(session.userId, after(sessionMaxAgeSeconds - 1))).toHaveLength(1);
        expect(await records.list(session.userId, after(sessionMaxAgeSeconds))).toStrictEqual([]);
      });

      it('is complete where it takes more than one page of 1 MB', async () => {
        const { records } = sessions;
        const { userId } = someone();
        const big = { ...client, userAgent: 'x'.repeat(12_000) };
        const all = Array.from({ length: 100 }, () => ({ ...someone(), userId }));
        await Promise.all(all.map((session) => records.begin(session, big, now)));
        const listed = (await records.list(userId, now)).map(({ sessionId }) => sessionId);
        expect(listed.toSorted()).toStrictEqual(all.map(({ sessionId }) => sessionId).toSorted());
      });
    });
  });
}
