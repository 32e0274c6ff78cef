/** What every store of native sessions' rows has to do, whatever it is made of. */
import { describe, expect, it } from 'vitest';
import type { NativeSession, NativeSessionRecords } from '../../functions/shared/domain/native-session-records.ts';

const now = new Date('2026-11-22T10:00:00.000Z');
const after = (seconds: number): Date => new Date(now.getTime() + seconds * 1000);
const client = { ipAddress: '192.0.2.7', userAgent: 'App/1' };

/** Everyone a session and a user of their own: one store may serve all tests. */
let count = 0;

export function nativeSessionOfSomeone(details: Partial<NativeSession> = {}): NativeSession {
  count += 1;
  return {
    sessionId: count.toString(16).padStart(32, '0'),
    userId: `usr_native_${count}`,
    workosUserId: `user_native_${count}`,
    workosSessionId: `session_native_${count}`,
    organizationId: 'org_1',
    roles: ['admin', 'billing'],
    clientId: 'gatehouse-native',
    dpopThumbprint: 'thumbprint',
    counter: 0,
    familyHash: 'f'.repeat(64),
    rotatedAt: now,
    askedAt: now,
    createdAt: now,
    lastSeenAt: now,
    client,
    expiresAt: after(600),
    absoluteExpiresAt: after(3600),
    ...details,
  };
}

export function describeNativeSessionRecords(name: string, start: () => NativeSessionRecords): void {
  describe(`native session records in ${name}`, () => {
    describe('find()', () => {
      it.each<Partial<NativeSession>>([
        {},
        { organizationId: undefined, dpopThumbprint: undefined, roles: [] },
        { client: {} },
        { client: { ipAddress: '2001:db8::1' } },
      ])('gives back what begin() was given: %o', async (details) => {
        const records = start();
        const session = nativeSessionOfSomeone(details);
        await records.begin(session);
        expect(await records.find(session.sessionId, now)).toStrictEqual(session);
        expect(await records.findKept(session.sessionId)).toStrictEqual(session);
      });

      it('knows no session that never began, that is past its time, or that has ended', async () => {
        const records = start();
        const session = nativeSessionOfSomeone();
        expect(await records.find(session.sessionId, now)).toBeUndefined();
        await records.begin(session);
        expect(await records.find(session.sessionId, after(599))).toStrictEqual(session);
        expect(await records.find(session.sessionId, after(600))).toBeUndefined();
        await records.end(session.sessionId, 'signed_out', now);
        expect(await records.find(session.sessionId, now)).toBeUndefined();
      });
    });

    describe('findKept()', () => {
      it('finds what has ended', async () => {
        const records = start();
        const session = nativeSessionOfSomeone();
        expect(await records.findKept(session.sessionId)).toBeUndefined();
        await records.begin(session);
        await records.end(session.sessionId, 'signed_out', now);
        expect(await records.findKept(session.sessionId)).toStrictEqual(session);
      });
    });

    describe('rotate()', () => {
      const elsewhere = { ipAddress: '198.51.100.1', userAgent: 'App/2' };
      const rotationOf = (from: NativeSession, seconds: number) => ({
        from,
        now: after(seconds),
        expiresAt: after(seconds + 600),
        client: elsewhere,
      });

      it('moves counter, expiry and client on, and leaves alone what WorkOS said', async () => {
        const records = start();
        const session = nativeSessionOfSomeone();
        await records.begin(session);
        expect(await records.rotate(session.sessionId, rotationOf(session, 60))).toBe(true);
        const moved = { counter: 1, rotatedAt: after(60), lastSeenAt: after(60), expiresAt: after(660) };
        const expected = { ...session, ...moved, client: elsewhere };
        expect(await records.find(session.sessionId, after(660 - 1))).toStrictEqual(expected);
      });

      it('takes over what WorkOS has just said', async () => {
        const records = start();
        const session = nativeSessionOfSomeone();
        await records.begin(session);
        await records.rotate(session.sessionId, { ...rotationOf(session, 60), asked: { roles: ['member'] } });
        expect(await records.find(session.sessionId, after(60))).toMatchObject({
          roles: ['member'],
          askedAt: after(60),
        });
      });

      it('forgets the user agent where the app names none', async () => {
        const records = start();
        const session = nativeSessionOfSomeone();
        await records.begin(session);
        const nameless = { ipAddress: '192.0.2.7', userAgent: undefined };
        await records.rotate(session.sessionId, { ...rotationOf(session, 60), client: nameless });
        expect((await records.find(session.sessionId, after(60)))?.client).toStrictEqual({ ipAddress: '192.0.2.7' });
      });

      it('happens once when fifty ask together', async () => {
        const records = start();
        const session = nativeSessionOfSomeone();
        await records.begin(session);
        const rotations = Array.from({ length: 50 }, () => records.rotate(session.sessionId, rotationOf(session, 1)));
        expect((await Promise.all(rotations)).filter(Boolean)).toHaveLength(1);
        expect((await records.find(session.sessionId, after(1)))?.counter).toBe(1);
      });

      it('is refused for a session that has ended, is past its time, or never began', async () => {
        const records = start();
        const [ended, lapsed, unknown] = [nativeSessionOfSomeone(), nativeSessionOfSomeone(), nativeSessionOfSomeone()];
        await records.begin(ended);
        await records.begin(lapsed);
        await records.end(ended.sessionId, 'signed_out', now);
        expect(await records.rotate(ended.sessionId, rotationOf(ended, 1))).toBe(false);
        expect(await records.rotate(lapsed.sessionId, rotationOf(lapsed, 600))).toBe(false);
        expect(await records.rotate(unknown.sessionId, rotationOf(unknown, 1))).toBe(false);
        expect(await records.findKept(unknown.sessionId)).toBeUndefined();
      });

      it('is refused when WorkOS is to be asked again since the row was read', async () => {
        const records = start();
        const session = nativeSessionOfSomeone();
        await records.begin(session);
        await records.askAgain(session.sessionId);
        expect(await records.rotate(session.sessionId, rotationOf(session, 1))).toBe(false);
      });
    });

    describe('end()', () => {
      it('says once that it ended a session, and never of one that is not there', async () => {
        const records = start();
        const session = nativeSessionOfSomeone();
        expect(await records.end(session.sessionId, 'signed_out', now)).toBe(false);
        expect(await records.findKept(session.sessionId)).toBeUndefined();
        await records.begin(session);
        const ends = Array.from({ length: 20 }, () => records.end(session.sessionId, 'refresh_token_reused', now));
        expect((await Promise.all(ends)).filter(Boolean)).toHaveLength(1);
      });
    });

    describe('askAgain()', () => {
      it('sets back when WorkOS was asked, and makes no row', async () => {
        const records = start();
        const session = nativeSessionOfSomeone();
        await records.askAgain(session.sessionId);
        expect(await records.findKept(session.sessionId)).toBeUndefined();
        await records.begin(session);
        await records.askAgain(session.sessionId);
        expect(await records.find(session.sessionId, now)).toStrictEqual({ ...session, askedAt: new Date(0) });
      });
    });

    describe.each([
      { by: 'user', name: 'userId' },
      { by: 'WorkOS session', name: 'workosSessionId' },
    ] as const)('the list by $by', ({ by, name: key }) => {
      const list = (records: NativeSessionRecords, value: string, at: Date): Promise<readonly NativeSession[]> =>
        by === 'user' ? records.listByUser(value, at) : records.listByWorkosSession(value, at);

      it('has those that stand, the latest first, and nobody else’s', async () => {
        const records = start();
        const first = nativeSessionOfSomeone();
        const same = { [key]: first[key] };
        const later = nativeSessionOfSomeone({ ...same, lastSeenAt: after(5) });
        const ended = nativeSessionOfSomeone(same);
        const lapsed = nativeSessionOfSomeone({ ...same, expiresAt: after(10) });
        const others = nativeSessionOfSomeone();
        for (const session of [first, later, ended, lapsed, others]) await records.begin(session);
        await records.end(ended.sessionId, 'ended_by_user', after(1));
        expect(await list(records, first[key], after(10))).toStrictEqual([later, first]);
        expect(await list(records, 'nobody', after(10))).toStrictEqual([]);
      });

      it('is complete where it takes more than one page of 1 MB', async () => {
        const records = start();
        const big = { ...client, userAgent: 'x'.repeat(100_000) };
        const first = nativeSessionOfSomeone({ client: big });
        const more = Array.from({ length: 11 }, () => nativeSessionOfSomeone({ [key]: first[key], client: big }));
        for (const session of [first, ...more]) await records.begin(session);
        expect(await list(records, first[key], now)).toHaveLength(12);
      });
    });
  });
}
