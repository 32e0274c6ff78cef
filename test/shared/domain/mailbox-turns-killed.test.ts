/** A worker's process killed at each of its calls, before it and after it: `npm run test:kill` does the same to real ones. */
import { describe, expect, it } from 'vitest';
import { AuthError } from '../../../functions/shared/domain/auth-error.ts';
import type { MailboxChange } from '../../../functions/shared/domain/events.ts';
import { takeMailboxTurn, turnLeaseMs } from '../../../functions/shared/domain/take-mailbox-turn.ts';
import { followMailbox, type MailboxChanged } from '../../support/follow-mailbox.ts';
import { mailboxTurnsUnderTest } from '../../support/mailbox-turns-under-test.ts';
import { startMortalProcess } from '../../support/mortal-turn-parts.ts';

const bob = 'usr_bob';

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
  const ended = await world.take(bob).then(
    () => 'done',
    (error: unknown) => (error instanceof AuthError ? error.code : 'crashed'),
  );
  expect(['done', 'temporarily_unavailable']).toContain(ended);
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

/** What a listener knows, what the row says, and whether its token is good for another turn. */
async function endOf(world: World) {
  const told = followMailbox(mailboxEvents(world));
  return { told, stored: (await world.row(bob))?.mailbox?.historyId, tokenIsGood: await tokenIsGood(world) };
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
      const { historyId } = world.gmail;
      expect({ killed, ...(await endOf(world)) }).toEqual({
        killed,
        // Only who dies between telling and writing so leaves it to be told again.
        told: { historyId, changes: delivered, repeats: ['after publish', 'before finish'].includes(killed) ? 1 : 0 },
        stored: historyId,
        tokenIsGood: true,
      });
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
      const { told, stored } = await endOf(world);
      const { historyId } = world.gmail;
      expect({ killed, told, stored }).toMatchObject({ killed, told: { changes, historyId }, stored: historyId });
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
        const { historyId } = world.gmail;
        const [baseline] = mailboxEvents(world).slice(-1);
        expect({ killed, baseline, ...(await endOf(world)) }).toMatchObject({
          killed,
          baseline: { fromHistoryId: undefined, toHistoryId: historyId },
          stored: historyId,
          tokenIsGood: true,
        });
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
      expect(world.told('module.reauthorization_required')).toHaveLength(1);
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
      const { status, problem, nextTurnAt } = (await world.row(bob)) ?? {};
      const times = world.told('module.reauthorization_required').length;
      expect({ killed, status, problem, nextTurnAt, times }).toEqual({
        killed,
        status: 'reauthorization_required',
        problem: 'grant_revoked',
        nextTurnAt: undefined,
        times: ['after publish', 'before told'].includes(killed) ? 2 : 1,
      });
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
      const { historyId } = world.gmail;
      const end = { told: { historyId }, stored: historyId, tokenIsGood: true };
      expect({ killed, ...(await endOf(world)) }).toMatchObject({ killed, ...end });
    }
  });
});
