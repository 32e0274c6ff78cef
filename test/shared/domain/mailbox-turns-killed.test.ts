/** A worker's process killed at each of its calls, before it and after it: `npm run test:kill` does the same to real ones. */
import { describe, expect, it } from 'vitest';
import type { MailboxChange } from '../../../functions/shared/domain/events.ts';
import { takeMailboxTurn, turnLeaseMs } from '../../../functions/shared/domain/take-mailbox-turn.ts';
import { followMailbox, type MailboxChanged } from '../../support/follow-mailbox.ts';
import { mailboxTurnsUnderTest } from '../../support/mailbox-turns-under-test.ts';
import { startMortalProcess } from '../../support/mortal-turn-parts.ts';

const bob = 'usr_bob';
const unavailable = { code: 'temporarily_unavailable' };

type World = ReturnType<typeof mailboxTurnsUnderTest>;

async function synced(): Promise<World> {
  const world = mailboxTurnsUnderTest();
  await world.connect(bob);
  await world.take(bob);
  await world.waitForTurn(bob);
  return world;
}

const mailboxEvents = ({ told }: World) => told('gmail.mailbox.changed') as readonly MailboxChanged[];

/** @returns where it was killed; `undefined` when its turn was over before. */
async function takeUntilKilled(world: World, diesAt: number): Promise<string | undefined> {
  const { parts, died } = startMortalProcess(world.parts, diesAt);
  const ended = takeMailboxTurn(parts)(bob, world.log).then(() => undefined);
  return Promise.race([died, ended]);
}

/** One world for each moment at which a turn can be killed. */
async function* eachDeath(begin: () => Promise<World>) {
  for (let diesAt = 0; ; diesAt += 1) {
    const world = await begin();
    const killed = await takeUntilKilled(world, diesAt);
    if (killed === undefined) return;
    yield { world, killed };
  }
}

/** The message comes again as long as it fails; then the lease has run out, and it comes once more. */
async function recover(world: World): Promise<void> {
  await world.take(bob).catch((error: unknown) => expect(error).toMatchObject(unavailable));
  world.clock.advanceSeconds(turnLeaseMs / 1000);
  await world.take(bob);
  // A turn that was over, but for its answer, was not taken again: its next one is.
  if ((await world.row(bob))?.nextTurnAt) await world.waitForTurn(bob);
  await world.take(bob);
}

async function tokenIsGood({ row, vault, google }: World): Promise<boolean> {
  const connection = await row(bob);
  if (connection?.status !== 'connected') return false;
  const { tokenVersion, sealed } = connection;
  const tokens = await vault.open(sealed, { kind: 'connection', userId: bob, module: 'gmail', tokenVersion });
  return google.refresh(tokens.refreshToken ?? '').then(
    () => true,
    () => false,
  );
}

describe('a turn that is killed at any moment', () => {
  it('tells every change, leaves out none in between, and loses no token', async () => {
    let delivered: readonly MailboxChange[] = [];
    const begin = async () => {
      const world = await synced();
      world.gmail.recordsPerPage = 2;
      delivered = world.gmail.deliver(5);
      return world;
    };
    const deaths: string[] = [];
    for await (const { world, killed } of eachDeath(begin)) {
      deaths.push(killed);
      await recover(world);
      const followed = followMailbox(mailboxEvents(world));
      expect(followed, killed).toMatchObject({ changes: delivered, historyId: world.gmail.historyId });
      expect((await world.row(bob))?.mailbox?.historyId, killed).toBe(world.gmail.historyId);
      expect(await tokenIsGood(world), killed).toBe(true);
      // Only who dies between telling and writing so leaves it to be told again.
      expect(followed.repeats, killed).toBe(['after publish', 'before finish'].includes(killed) ? 1 : 0);
    }
    // All of them were tried: three pages, the profile, the bus, and the row.
    const calls = ['begin', 'open', 'refresh', 'history', 'history', 'history', 'profile', 'publish', 'finish'];
    expect(deaths).toEqual(calls.flatMap((name) => [`before ${name}`, `after ${name}`]));
  });

  it('tells more from the same beginning where more came before it was repeated', async () => {
    let before: readonly MailboxChange[] = [];
    const begin = async () => {
      const world = await synced();
      before = world.gmail.deliver(2);
      return world;
    };
    for await (const { world, killed } of eachDeath(begin)) {
      const changes = [...before, ...world.gmail.deliver(3)];
      await recover(world);
      expect(followMailbox(mailboxEvents(world)), killed).toMatchObject({ changes, historyId: world.gmail.historyId });
    }
  });

  it('tells its first baseline, or the one after Gmail forgot, at least once', async () => {
    const first = async () => {
      const world = mailboxTurnsUnderTest();
      await world.connect(bob);
      world.gmail.deliver();
      return world;
    };
    const anew = async () => {
      const world = await synced();
      world.gmail.deliver();
      world.gmail.forget();
      return world;
    };
    for (const begin of [first, anew]) {
      for await (const { world, killed } of eachDeath(begin)) {
        await recover(world);
        const baseline = { fromHistoryId: undefined, toHistoryId: world.gmail.historyId };
        expect(mailboxEvents(world), killed).toContainEqual(expect.objectContaining(baseline));
        expect((await world.row(bob))?.mailbox?.historyId, killed).toBe(world.gmail.historyId);
        expect(await tokenIsGood(world), killed).toBe(true);
      }
    }
  });

  it('loses a connection only with a new token that Google gave in the place of the old one, and says so', async () => {
    const begin = async () => {
      const world = await synced();
      world.google.rotateNext();
      return world;
    };
    const lost: string[] = [];
    for await (const { world, killed } of eachDeath(begin)) {
      await recover(world);
      if (await tokenIsGood(world)) continue;
      lost.push(killed);
      expect(world.told('module.reauthorization_required'), killed).toHaveLength(1);
    }
    // The answer has come or is on its way, and is in no row yet.
    expect(lost).toEqual(['after refresh', 'before seal', 'after seal', 'before keepTokens']);
  });

  it('tells that a grant is over, once unless it dies before it could note so', async () => {
    const begin = async () => {
      const world = await synced();
      world.withdraw(bob);
      return world;
    };
    for await (const { world, killed } of eachDeath(begin)) {
      await recover(world);
      const over = { status: 'reauthorization_required', problem: 'grant_revoked', nextTurnAt: undefined };
      expect(await world.row(bob), killed).toMatchObject(over);
      const times = ['after publish', 'before told'].includes(killed) ? 2 : 1;
      expect(world.told('module.reauthorization_required'), killed).toHaveLength(times);
    }
  });

  it('is taken again when it came to nothing for now', async () => {
    const begin = async () => {
      const world = await synced();
      world.google.failNext('refresh', 'later');
      world.gmail.deliver();
      return world;
    };
    for await (const { world, killed } of eachDeath(begin)) {
      // Its first recovery may be the one that Google fails, and the one after it comes a cadence later.
      await recover(world);
      await world.waitForTurn(bob);
      await world.take(bob);
      expect(followMailbox(mailboxEvents(world)), killed).toMatchObject({ historyId: world.gmail.historyId });
      expect(await world.row(bob), killed).toMatchObject({ status: 'connected', mailbox: expect.anything() });
    }
  });
});
