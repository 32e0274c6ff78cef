import { describe, expect, it } from 'vitest';
import { ProviderFailure } from '../../../functions/shared/domain/provider.ts';
import { nextTurnOf, slotOf } from '../../../functions/shared/domain/slots.ts';
import { turnLeaseMs } from '../../../functions/shared/domain/take-mailbox-turn.ts';
import { mailboxTurnsUnderTest } from '../../support/mailbox-turns-under-test.ts';
import { brokenEventBus } from '../../support/memory-event-bus.ts';
import { tableIsAway } from '../../support/vault-keeper-under-test.ts';

const bob = 'usr_bob';
const unavailable = { code: 'temporarily_unavailable' };

/** Bob's mailbox, which has had its first turn. */
async function synced() {
  const world = mailboxTurnsUnderTest();
  await world.connect(bob);
  await world.take(bob);
  await world.waitForTurn(bob);
  return world;
}

describe('takeMailboxTurn()', () => {
  it('takes a baseline in the first turn, tells it, and sets the next one', async () => {
    const { connect, take, row, told, gmail, clock, cadence } = mailboxTurnsUnderTest();
    gmail.deliver(2);
    await connect(bob);
    await take(bob);
    expect(await row(bob)).toMatchObject({
      mailbox: { historyId: gmail.historyId, messagesTotal: 2, lastSyncedAt: clock() },
      nextTurnAt: nextTurnOf(bob, cadence, clock()),
      slot: slotOf(bob, cadence),
    });
    const baseline = { userId: bob, fromHistoryId: undefined, toHistoryId: gmail.historyId, changes: [] };
    expect(told('gmail.mailbox.changed')).toEqual([{ ...baseline, part: 1, parts: 1 }]);
  });

  it('tells what came since, and no content of it', async () => {
    const { take, row, told, gmail, clock } = await synced();
    const before = (await row(bob))?.mailbox?.historyId;
    const changes = gmail.deliver(2);
    await take(bob);
    const event = { userId: bob, fromHistoryId: before, toHistoryId: gmail.historyId, part: 1, parts: 1, changes };
    expect(told('gmail.mailbox.changed').slice(1)).toEqual([event]);
    expect(await row(bob)).toMatchObject({
      mailbox: { historyId: gmail.historyId, messagesTotal: 2 },
      refreshedAt: clock(),
    });
  });

  it('costs two calls of Google’s and two writes where nothing has happened, and says nothing', async () => {
    const { take, row, turns, google, gmail, events, log, clock } = await synced();
    const before = { writes: turns.writes, refreshes: google.calls.refresh, lines: log.lines.length };
    await take(bob);
    expect(google.calls.refresh - before.refreshes).toBe(1);
    expect(gmail.calls).toEqual({ profile: 1, history: 1 });
    expect(turns.writes - before.writes).toBe(2);
    expect(events.published).toHaveLength(1);
    expect(log.lines).toHaveLength(before.lines);
    expect((await row(bob))?.mailbox?.lastSyncedAt).toEqual(clock());
  });

  it('does nothing for a user who is not connected, or whose turn it is not', async () => {
    const { take, google, waitForTurn } = await synced();
    await take(bob);
    const { refresh } = google.calls;
    await take(bob);
    await take('usr_of_nobody');
    expect(google.calls.refresh).toBe(refresh);
    await waitForTurn(bob);
    await take(bob);
    expect(google.calls.refresh).toBe(refresh + 1);
  });

  it('keeps a new refresh token of Google’s before it uses what came with it', async () => {
    const { take, row, google, gmail, waitForTurn } = await synced();
    google.rotateNext();
    gmail.failNext('later');
    await take(bob);
    expect(await row(bob)).toMatchObject({ tokenVersion: 2, status: 'connected' });
    await waitForTurn(bob);
    await take(bob);
    expect(await row(bob)).toMatchObject({ status: 'connected', tokenVersion: 2 });
  });

  it('moves on only when the bus has been told, and tells the same again otherwise', async () => {
    const { take, row, told, gmail } = await synced();
    const before = await row(bob);
    gmail.deliver();
    await expect(take(bob, { events: brokenEventBus })).rejects.toMatchObject(unavailable);
    expect((await row(bob))?.mailbox).toEqual(before?.mailbox);
    await take(bob);
    const range = { fromHistoryId: before?.mailbox?.historyId, toHistoryId: gmail.historyId };
    expect(told('gmail.mailbox.changed').slice(1)).toEqual([expect.objectContaining(range)]);
  });

  it('fails, and changes nothing, where a part of ours does', async () => {
    const { take, row, keys, turns, refusals, withdraw } = await synced();
    const before = await row(bob);
    keys.isAway = true;
    await expect(take(bob)).rejects.toMatchObject(unavailable);
    keys.isAway = false;
    await expect(take(bob, { turns: { ...turns, begin: tableIsAway } })).rejects.toMatchObject(unavailable);
    await expect(take(bob, { turns: { ...turns, finish: tableIsAway } })).rejects.toMatchObject(unavailable);
    withdraw(bob);
    await expect(take(bob, { refusals: { ...refusals, count: tableIsAway } })).rejects.toMatchObject(unavailable);
    expect({ ...(await row(bob)), version: 0 }).toEqual({ ...before, version: 0 });
  });

  it('leaves a turn to the lease where even giving it back fails', async () => {
    const { take, keys, turns, clock, log, google } = await synced();
    keys.isAway = true;
    await expect(take(bob, { turns: { ...turns, release: tableIsAway } })).rejects.toMatchObject(unavailable);
    expect(log.fieldsOf('turn.lease_left')).toEqual([{ userId: bob }]);
    keys.isAway = false;
    await expect(take(bob)).rejects.toMatchObject(unavailable);
    clock.advanceSeconds(turnLeaseMs / 1000);
    const { refresh } = google.calls;
    await take(bob);
    expect(google.calls.refresh).toBe(refresh + 1);
  });

  it('leaves nothing behind where the user disconnects in the middle of it', async () => {
    const { take, row, turns, google, log } = await synced();
    google.interrupt('refresh', () => turns.remove(bob));
    await take(bob);
    expect(await row(bob)).toBeUndefined();
    expect(log.fieldsOf('turn.overtaken')).toEqual([{ userId: bob }]);
  });

  it('does not undo a new consent that comes in the middle of it', async () => {
    const { take, row, connect, google } = await synced();
    google.interrupt('refresh', () => connect(bob));
    google.rotateNext();
    await take(bob);
    expect(await row(bob)).toMatchObject({ tokenVersion: 1, mailbox: undefined, status: 'connected' });
    await take(bob);
    expect(await row(bob)).toMatchObject({ mailbox: expect.anything() });
  });
});

describe('a turn that the provider fails', () => {
  it('with a refusal ends the connection, out of its slot, and tells it once', async () => {
    const { take, row, withdraw, told, clock } = await synced();
    withdraw(bob);
    await take(bob);
    const over = { status: 'reauthorization_required', problem: 'grant_revoked' };
    expect(await row(bob)).toMatchObject({ ...over, slot: undefined, nextTurnAt: undefined });
    clock.advanceSeconds(3600);
    await take(bob);
    const event = { userId: bob, module: 'gmail', problem: 'grant_revoked' };
    expect(told('module.reauthorization_required')).toEqual([event]);
  });

  it('with a refusal is told once, also where the bus failed when it was to be told', async () => {
    const { take, row, withdraw, told } = await synced();
    withdraw(bob);
    await expect(take(bob, { events: brokenEventBus })).rejects.toMatchObject(unavailable);
    expect(await row(bob)).toMatchObject({ status: 'reauthorization_required' });
    await take(bob);
    await take(bob);
    expect(told('module.reauthorization_required')).toHaveLength(1);
  });

  it('with a refusal is told once, also where that it was told could not be noted', async () => {
    const { take, withdraw, told, turns, log } = await synced();
    withdraw(bob);
    await take(bob, { turns: { ...turns, told: tableIsAway } });
    expect(told('module.reauthorization_required')).toHaveLength(1);
    expect(log.fieldsOf('turn.telling_not_noted')).toEqual([{ userId: bob }]);
  });

  it('because the grant does not allow it says so by another name', async () => {
    const { take, row, gmail, told } = await synced();
    gmail.failNext(new ProviderFailure('forbidden', 'Gmail: 403', { reason: 'insufficientPermissions' }));
    await take(bob);
    expect(await row(bob)).toMatchObject({ status: 'reauthorization_required', problem: 'scope_missing' });
    expect(told('module.reauthorization_required')).toEqual([expect.objectContaining({ problem: 'scope_missing' })]);
  });

  it('because of our own client leaves the user alone, and wakes an operator', async () => {
    const { take, row, google, log } = await synced();
    google.failNext('refresh', new ProviderFailure('misconfigured', 'Google: 401', { reason: 'invalid_client' }));
    await take(bob);
    expect(await row(bob)).toMatchObject({ status: 'connected', problem: undefined });
    const [line] = log.lines.slice(-1);
    expect(line).toMatchObject({
      level: 'error',
      event: 'provider.misconfigured',
      fields: { reason: 'invalid_client' },
    });
  });

  it('for now comes later, ever later, and at once as usual when it works again', async () => {
    const { take, row, google, clock, waitForTurn, log } = await synced();
    google.failNext('refresh', 'later', 'later', 'later', 'later', 'later');
    const waits: number[] = [];
    for (let turn = 0; turn < 5; turn += 1) {
      await take(bob);
      waits.push(((await row(bob))?.nextTurnAt?.getTime() ?? 0) - clock().getTime());
      await waitForTurn(bob);
    }
    const cadences = waits.map((ms) => ms / (15 * 60_000));
    // The least of what chance gives: half of 1, 2, 4, 8, 16.
    expect(cadences).toEqual([1, 1, 2, 4, 8]);
    await take(bob);
    expect(log.fieldsOf('turn.recovered')).toEqual([{ userId: bob, failures: 5 }]);
    expect(((await row(bob))?.nextTurnAt?.getTime() ?? 0) - clock().getTime()).toBe(15 * 60_000);
  });

  it('for now comes when the provider says', async () => {
    const { take, row, google, clock } = await synced();
    google.failNext('refresh', new ProviderFailure('later', 'Google: 429', { retryAfterSeconds: 7200 }));
    await take(bob);
    expect(((await row(bob))?.nextTurnAt?.getTime() ?? 0) - clock().getTime()).toBeGreaterThanOrEqual(7_200_000);
  });

  it('in a way that nobody knows is postponed, and an operator told', async () => {
    const { take, row, google, log } = await synced();
    google.failNext('refresh', 'unexpected');
    await take(bob);
    expect(await row(bob)).toMatchObject({ status: 'connected' });
    expect(log.lines.at(-1)).toMatchObject({ level: 'error', event: 'turn.unexpected' });
  });
});

describe('a row whose tokens do not open', () => {
  it('is postponed like a failure, so that it does not come again and again', async () => {
    const { take, row, connect, turns, google, clock, log } = await synced();
    await connect('usr_other');
    const foreign = (await row('usr_other'))?.sealed;
    const own = await row(bob);
    if (!foreign || !own) throw new Error('two rows');
    await turns.put({ ...own, sealed: foreign });
    const { refresh } = google.calls;
    await take(bob);
    expect(google.calls.refresh).toBe(refresh);
    expect(log.lines.at(-1)).toMatchObject({ level: 'error', event: 'turn.crashed', fields: { userId: bob } });
    expect((await row(bob))?.nextTurnAt?.getTime()).toBeGreaterThan(clock().getTime());
  });
});
