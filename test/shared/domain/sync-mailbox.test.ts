import { describe, expect, it } from 'vitest';
import type { MailboxState } from '../../../functions/shared/domain/module-connections.ts';
import { maxPages, syncMailbox } from '../../../functions/shared/domain/sync-mailbox.ts';
import { holdClock } from '../../support/held-clock.ts';
import { createMemoryGmail } from '../../support/memory-gmail.ts';

function mailbox() {
  const clock = holdClock();
  const gmail = createMemoryGmail();
  const until = new Date(clock().getTime() + 10_000);
  const lastSyncedAt = clock();
  return {
    clock,
    gmail,
    sync: (known: MailboxState | undefined) => syncMailbox({ gmail, accessToken: 'token', clock, until }, known),
    known: (): MailboxState => ({ historyId: gmail.historyId, messagesTotal: 3, lastSyncedAt }),
  };
}

describe('syncMailbox()', () => {
  it('takes a baseline of a mailbox that it does not know', async () => {
    const { gmail, sync } = mailbox();
    gmail.deliver(3);
    expect(await sync(undefined)).toEqual({
      mailbox: { historyId: gmail.historyId, messagesTotal: 3 },
      changeSet: { fromHistoryId: undefined, toHistoryId: gmail.historyId, changes: [] },
      isComplete: true,
    });
    expect(gmail.calls).toEqual({ profile: 1, history: 0 });
  });

  it('asks once where nothing has happened, and has nothing to tell', async () => {
    const { gmail, sync, known } = mailbox();
    const before = known();
    expect(await sync(before)).toEqual({
      mailbox: { historyId: before.historyId, messagesTotal: 3 },
      changeSet: undefined,
      isComplete: true,
    });
    expect(gmail.calls).toEqual({ profile: 0, history: 1 });
  });

  it('moves on where something has happened that is nothing to tell', async () => {
    const { gmail, sync, known } = mailbox();
    const before = known();
    gmail.touch();
    expect(await sync(before)).toMatchObject({ mailbox: { historyId: gmail.historyId }, changeSet: undefined });
  });

  it('reads every page before it moves on, in the order in which things happened', async () => {
    const { gmail, sync, known } = mailbox();
    const before = known();
    gmail.recordsPerPage = 2;
    const changes = gmail.deliver(5);
    expect(await sync(before)).toEqual({
      mailbox: { historyId: gmail.historyId, messagesTotal: 5 },
      changeSet: { fromHistoryId: before.historyId, toHistoryId: gmail.historyId, changes },
      isComplete: true,
    });
    expect(gmail.calls).toEqual({ profile: 1, history: 3 });
  });

  it('does not pass over what comes while it reads', async () => {
    const { gmail, sync, known } = mailbox();
    const before = known();
    gmail.recordsPerPage = 2;
    const changes = gmail.deliver(3);
    gmail.interrupt(() => gmail.deliver());
    const first = await sync(before);
    expect(first.changeSet?.changes).toEqual(changes);
    const second = await sync({ ...before, ...first.mailbox });
    expect(second.changeSet?.changes).toHaveLength(1);
  });

  it('takes a baseline again where Gmail has forgotten so far back', async () => {
    const { gmail, sync, known } = mailbox();
    const before = known();
    gmail.deliver(4);
    gmail.forget();
    expect(await sync(before)).toMatchObject({
      mailbox: { historyId: gmail.historyId, messagesTotal: 4 },
      changeSet: { fromHistoryId: undefined, changes: [] },
    });
  });

  it('reads so many pages of a very large history, and goes on from the last record of them', async () => {
    const { gmail, sync, known } = mailbox();
    const before = known();
    gmail.recordsPerPage = 1;
    const changes = gmail.deliver(maxPages + 2);
    const first = await sync(before);
    expect(first).toMatchObject({ isComplete: false, changeSet: { changes: changes.slice(0, maxPages) } });
    expect(gmail.calls.history).toBe(maxPages);
    const second = await sync({ ...before, ...first.mailbox });
    expect(second).toMatchObject({ isComplete: true, changeSet: { changes: changes.slice(maxPages) } });
  });

  it('reads no further page after its time', async () => {
    const { gmail, clock, sync, known } = mailbox();
    const before = known();
    gmail.recordsPerPage = 1;
    const [change] = gmail.deliver(3);
    gmail.interrupt(() => clock.advanceSeconds(10));
    expect(await sync(before)).toMatchObject({ isComplete: false, changeSet: { changes: [change] } });
  });

  it('fails with whatever else Gmail says, and has nothing to show for it', async () => {
    const { gmail, sync, known } = mailbox();
    const before = known();
    gmail.deliver();
    gmail.failNext('later');
    await expect(sync(before)).rejects.toMatchObject({ kind: 'later' });
  });
});
