/** What every store of mailboxes' turns has to do, whatever it is made of. */
import { describe, expect, it } from 'vitest';
import type { MailboxTurn } from '../../functions/shared/domain/mailbox-turns.ts';
import type { MemoryMailboxTurns } from './memory-mailbox-turns.ts';
import { someConnection } from './module-connections-contract.ts';

/** When `someConnection()` has its turn. */
const dueAt = new Date('2026-11-22T10:00:00.400Z');
const after = (seconds: number): Date => new Date(dueAt.getTime() + seconds * 1000);
const lease = (leaseId: string, seconds = 30) => ({ leaseId, until: after(seconds) });
const done = {
  mailbox: { historyId: '77', messagesTotal: 12, lastSyncedAt: after(2) },
  refreshedAt: after(1),
  nextTurnAt: after(900),
  slot: 'gmail/15/07/3',
};
const { slot, nextTurnAt } = done;

/** What a test may do beside: put rows and look at them. */
export type MailboxTurnsUnderTest = Omit<MemoryMailboxTurns, 'writes'>;

export function describeMailboxTurns(name: string, start: () => MailboxTurnsUnderTest): void {
  const someone = async (turns: MailboxTurnsUnderTest) => {
    const connection = someConnection();
    await turns.put(connection);
    return connection.userId;
  };
  const begin = async (turns: MailboxTurnsUnderTest, userId: string, leaseId = 'one', now = dueAt) => {
    const turn = await turns.begin(userId, { leaseId, until: new Date(now.getTime() + 30_000) }, now);
    if (turn === undefined || turn === 'held') throw new Error(`no turn: ${turn ?? 'not due'}`);
    return turn;
  };
  /** What a turn that has lost its lease can still do: nothing. */
  const isLost = async (turns: MailboxTurnsUnderTest, turn: MailboxTurn) => {
    const before = await turns.find(turn.connection.userId);
    await turns.release(turn);
    await turns.told(turn);
    const written = [
      await turns.keepTokens(turn, { sealed: turn.connection.sealed, tokenVersion: 9 }),
      await turns.postpone(turn, { nextTurnAt, slot, failures: 1 }),
      await turns.requireReauthorization(turn, 'grant_revoked'),
      await turns.finish(turn, done),
    ];
    expect(written).toEqual([undefined, false, false, false]);
    expect(await turns.find(turn.connection.userId)).toEqual(before);
  };

  describe(`turns of mailboxes, in ${name}`, () => {
    it('begin when they are due, and not before', async () => {
      const turns = start();
      const userId = await someone(turns);
      expect(await turns.begin(userId, lease('early'), after(-0.001))).toBeUndefined();
      expect(await begin(turns, userId)).toMatchObject({ connection: { userId, status: 'connected' }, failures: 0 });
    });

    it('begin for nobody who has no connection', async () => {
      expect(await start().begin('usr_of_nobody', lease('one'), dueAt)).toBeUndefined();
    });

    it('begin once: whoever comes while the lease runs is told so, and whoever comes later takes over', async () => {
      const turns = start();
      const userId = await someone(turns);
      const first = await begin(turns, userId);
      expect(await turns.begin(userId, lease('two'), after(29.999))).toBe('held');
      const second = await begin(turns, userId, 'two', after(30));
      expect(second.connection.version).toBeGreaterThan(first.connection.version);
      await isLost(turns, first);
      expect(await turns.finish(second, done)).toBe(true);
    });

    it('leave how far they came, when the next one is, and no lease', async () => {
      const turns = start();
      const userId = await someone(turns);
      const turn = await begin(turns, userId);
      expect(await turns.finish(turn, done)).toBe(true);
      const { version, ...left } = { ...turn.connection, ...done };
      expect(await turns.find(userId)).toEqual({ ...left, version: expect.any(Number) });
      expect((await turns.find(userId))?.version).toBeGreaterThan(version);
      expect(await turns.begin(userId, lease('two'), after(899))).toBeUndefined();
      expect(await begin(turns, userId, 'three', after(900))).toMatchObject({ connection: done });
      await isLost(turns, turn);
    });

    it('move a mailbox to another slot where the cadence has changed', async () => {
      const turns = start();
      const userId = await someone(turns);
      await turns.finish(await begin(turns, userId), { ...done, slot: 'gmail/5/02/3' });
      expect(await turns.find(userId)).toMatchObject({ slot: 'gmail/5/02/3' });
      await turns.postpone(await begin(turns, userId, 'two', after(900)), { nextTurnAt, slot, failures: 1 });
      expect(await turns.find(userId)).toMatchObject({ slot });
    });

    it('keep new tokens on the way, and go on', async () => {
      const turns = start();
      const userId = await someone(turns);
      const begun = await begin(turns, userId);
      const sealed = { keyId: '2', bytes: Uint8Array.from(Buffer.from('second')) };
      const turn = await turns.keepTokens(begun, { sealed, tokenVersion: 2 });
      expect(turn?.connection).toMatchObject({ sealed, tokenVersion: 2 });
      expect(await turns.begin(userId, lease('two'), after(1))).toBe('held');
      expect(turn && (await turns.finish(turn, done))).toBe(true);
      expect(await turns.find(userId)).toMatchObject({ sealed, tokenVersion: 2 });
    });

    it('that came to nothing are counted until one does not', async () => {
      const turns = start();
      const userId = await someone(turns);
      const postponed = { nextTurnAt: after(60), slot, failures: 3 };
      expect(await turns.postpone(await begin(turns, userId), postponed)).toBe(true);
      expect(await turns.begin(userId, lease('two'), after(59))).toBeUndefined();
      const second = await begin(turns, userId, 'two', after(60));
      expect(second).toMatchObject({ failures: 3, connection: { status: 'connected', mailbox: undefined } });
      await turns.finish(second, { ...done, nextTurnAt: after(120) });
      expect(await begin(turns, userId, 'three', after(120))).toMatchObject({ failures: 0 });
    });

    it('that are given back are due as before', async () => {
      const turns = start();
      const userId = await someone(turns);
      await turns.release(await begin(turns, userId));
      expect(await begin(turns, userId, 'two')).toMatchObject({ failures: 0 });
    });

    it('end with a grant that is over: no slot, no next turn, and the lease until it has been told', async () => {
      const turns = start();
      const userId = await someone(turns);
      const turn = await begin(turns, userId);
      expect(await turns.requireReauthorization(turn, 'scope_missing')).toBe(true);
      const over = { status: 'reauthorization_required', problem: 'scope_missing' };
      expect(await turns.find(userId)).toMatchObject({ ...over, slot: undefined, nextTurnAt: undefined });
      expect(await turns.begin(userId, lease('two'), after(1))).toBe('held');
      await turns.told(turn);
      expect(await turns.find(userId)).toMatchObject(over);
      expect(await turns.begin(userId, lease('three'), after(1000))).toBeUndefined();
    });

    it('begin once more for a grant that is over where nobody has been told', async () => {
      const turns = start();
      const userId = await someone(turns);
      await turns.requireReauthorization(await begin(turns, userId), 'grant_revoked');
      const left = await begin(turns, userId, 'two', after(30));
      expect(left.connection).toMatchObject({ status: 'reauthorization_required', problem: 'grant_revoked' });
      await turns.told(left);
      expect(await turns.begin(userId, lease('three'), after(60))).toBeUndefined();
    });

    it('leave nothing where the connection was removed or made anew meanwhile', async () => {
      const turns = start();
      const userId = await someone(turns);
      const turn = await begin(turns, userId);
      await turns.remove(userId);
      await isLost(turns, turn);
      expect(await turns.find(userId)).toBeUndefined();
      await turns.put(someConnection({ userId, account: { id: '2000', address: 'other@example.com' } }));
      await isLost(turns, turn);
    });
  });
}
