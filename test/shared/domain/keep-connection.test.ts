/** Keeping what a consent brought: whose account it is, and what becomes of what was there before. */
import { beforeEach, describe, expect, it } from 'vitest';
import { slotOf } from '../../../functions/shared/domain/slots.ts';
import type { VaultKeeper } from '../../../functions/shared/domain/vault-keeper.ts';
import { type CollectedLog, collectLog } from '../../support/collected-log.ts';
import { brokenEventBus } from '../../support/memory-event-bus.ts';
import {
  alice,
  atWork,
  bob,
  calendar,
  github,
  gmail,
  grantOf,
  privately,
} from '../../support/module-keeper-contract.ts';
import { tableIsAway, vaultKeeperUnderTest, type VaultKeeperUnderTest } from '../../support/vault-keeper-under-test.ts';

let world: VaultKeeperUnderTest;
let log: CollectedLog;
beforeEach(() => {
  world = vaultKeeperUnderTest();
  log = collectLog();
});

const grant = (module = github, userId = alice, account = privately) =>
  grantOf(world.providers, userId, module, account);
const keep = (granted = grant(), keeper: VaultKeeper = world.keeper) => world.run(keeper.keep(granted, log));
const isGood = (granted: ReturnType<typeof grant>) =>
  world.providers[granted.module.provider].isGood(granted.grant.tokens.accessToken);
const accessToken = async (module = github, userId = alice) =>
  (await world.run(world.keeper.access(userId, module, log))).accessToken;

describe('keep()', () => {
  it('gives a module with a worker its slot, and its first turn at once', async () => {
    await keep(grant(gmail));
    expect(await world.parts.connections.find(alice, 'gmail')).toMatchObject({
      slot: slotOf(alice, { module: 'gmail', everyMinutes: 15 }),
      nextTurnAt: world.time.clock(),
    });
  });

  it('gives one without a worker none', async () => {
    await keep();
    expect(await world.parts.connections.find(alice, 'github')).toMatchObject({
      slot: undefined,
      nextTurnAt: undefined,
    });
  });

  it('keeps it although nobody can be told', async () => {
    await keep(grant(), world.keeperWith({ events: brokenEventBus }));
    expect(await world.keeper.list(alice)).toHaveLength(1);
    expect(log.fieldsOf('event.lost')).toStrictEqual([{ name: 'module.connected' }]);
  });

  it.each([
    ['the row cannot be written', { put: tableIsAway }],
    ['others keep changing the row', { put: () => Promise.resolve(false) }],
  ])('leaves an earlier connection as it was where %s', async (_, broken) => {
    const earlier = grant();
    await keep(earlier);
    const connections = { ...world.parts.connections, ...broken };
    const keeping = keep(grant(github, alice, atWork), world.keeperWith({ connections }));
    await expect(keeping).rejects.toMatchObject({ code: 'temporarily_unavailable' });
    expect(await accessToken()).toBe(earlier.grant.tokens.accessToken);
    expect(isGood(earlier)).toBe(true);
    expect(world.events.published).toHaveLength(1);
  });

  it('leaves an earlier connection as it was where nothing can be sealed', async () => {
    const earlier = grant();
    await keep(earlier);
    world.keys.isAway = true;
    await expect(keep()).rejects.toMatchObject({ code: 'temporarily_unavailable' });
    world.keys.isAway = false;
    expect(await accessToken()).toBe(earlier.grant.tokens.accessToken);
  });

  it('keeps one of two consents that end at once, and the other one’s grant does not live on', async () => {
    const two = [grant(), grant()];
    await world.run(Promise.all(two.map((each) => world.keeper.keep(each, log))));
    expect(await world.keeper.list(alice)).toHaveLength(1);
    const kept = await accessToken();
    expect(two.map(isGood)).toStrictEqual(two.map((each) => each.grant.tokens.accessToken === kept));
    expect(world.providers.github.grantsOf(privately.id)).toBe(1);
  });
});

describe('keep() in the place of an earlier connection', () => {
  it('seals it as another version: the earlier seal does not open in its place', async () => {
    await keep();
    const earlier = await world.parts.connections.find(alice, 'github');
    await keep();
    const later = await world.parts.connections.find(alice, 'github');
    if (!earlier || !later) throw new Error('not connected');
    const { userId, module, tokenVersion } = later;
    const opening = world.parts.vault.open(earlier.sealed, { kind: 'connection', userId, module, tokenVersion });
    await expect(opening).rejects.toThrow('does not open');
  });

  it('lets go of the account that it replaces', async () => {
    await keep(grant(github, alice, privately));
    await keep(grant(github, alice, atWork));
    const account = { provider: 'github', accountId: privately.id } as const;
    expect(await world.parts.accounts.claim(account, { userId: bob, module: 'github' })).toBe(bob);
  });

  it('ends the GitHub token that it replaces, and not the new one', async () => {
    const [earlier, later] = [grant(), grant()];
    await keep(earlier);
    await keep(later);
    expect([isGood(earlier), isGood(later)]).toStrictEqual([false, true]);
  });

  it('ends nothing where GitHub gave the same token again', async () => {
    const granted = grant();
    await keep(granted);
    await keep(granted);
    expect(isGood(granted)).toBe(true);
    expect(world.providers.github.calls.revoke).toBe(0);
  });

  it('ends the replaced token later where GitHub does not answer', async () => {
    await keep();
    world.providers.github.failNext('revoke', 'later');
    await keep(grant(github, alice, atWork));
    expect(await world.parts.revocations.list(10)).toHaveLength(1);
    expect(await accessToken()).toContain(atWork.id);
  });

  it('never ends the grant of the same Google account, which is the new one’s too', async () => {
    world = vaultKeeperUnderTest({ googleProject: 'own' });
    await keep(grant(gmail));
    await keep(grant(gmail));
    expect(world.providers.google.calls.revoke).toBe(0);
  });

  it.each([
    ['ends another Google account’s, in a project of the modules’ own', 'own', [], 0],
    ['leaves another Google account’s, in a project that it shares with the sign-in', 'shared', [], 1],
    ['leaves another Google account’s that another module has', 'own', [calendar], 2],
  ] as const)('%s', async (_, googleProject, others, grants) => {
    world = vaultKeeperUnderTest({ googleProject });
    for (const module of [gmail, ...others]) await keep(grant(module));
    await keep(grant(gmail, alice, atWork));
    expect(world.providers.google.grantsOf(privately.id)).toBe(grants);
    expect(world.providers.google.grantsOf(atWork.id)).toBe(1);
  });

  it('mends a row that does not open', async () => {
    await keep();
    const connection = await world.parts.connections.find(alice, 'github');
    if (!connection) throw new Error('not connected');
    const sealed = { ...connection.sealed, bytes: new Uint8Array(connection.sealed.bytes.length) };
    await world.parts.connections.put({ ...connection, sealed }, connection.version);
    const later = grant();
    await keep(later);
    expect(await accessToken()).toBe(later.grant.tokens.accessToken);
    expect(log.lines.map(({ level, event }) => [level, event])).toContainEqual(['error', 'module.tokens_unreadable']);
  });
});

describe('a claim on an account', () => {
  const account = { provider: 'github', accountId: privately.id } as const;
  const claimOf = (userId: string, module = 'github') => world.parts.accounts.claim(account, { userId, module });

  it('is of the account’s id: an address that changed hands says nothing', async () => {
    await keep(grant(github, alice, { id: '1', address: 'octocat' }));
    await keep(grant(github, bob, { id: '2', address: 'octocat' }));
    await expect(keep(grant(github, bob, { id: '1', address: 'somebody-else' }))).rejects.toMatchObject({
      code: 'account_taken',
    });
  });

  it('holds for all of a user’s modules until the last of them is disconnected', async () => {
    await keep(grant(gmail));
    await keep(grant(calendar));
    await world.run(world.keeper.disconnect(alice, gmail, log));
    await expect(keep(grant(gmail, bob))).rejects.toMatchObject({ code: 'account_taken' });
    await world.run(world.keeper.disconnect(alice, calendar, log));
    await keep(grant(gmail, bob));
  });

  it('that a crash left behind, with no connection, is taken over', async () => {
    await claimOf(bob);
    await keep();
    expect(await claimOf(bob)).toBe(alice);
  });

  it('of a user who is gone is taken over, and what was left of theirs is removed', async () => {
    await keep(grant(github, bob));
    await world.parts.users.leaveTombstone(bob, world.time.clock());
    await keep();
    expect(await world.keeper.list(bob)).toStrictEqual([]);
    expect(await claimOf(bob)).toBe(alice);
  });

  it('of a user who was merely slow to write stays theirs', async () => {
    const { accounts } = world.parts;
    const row = await bobsRow();
    await claimOf(bob);
    const claim: typeof accounts.claim = async (...of) => {
      // Between the look at their rows and the takeover.
      if (of[2] === bob) await world.parts.connections.put(row, undefined);
      return accounts.claim(...of);
    };
    const keeping = keep(grant(), world.keeperWith({ accounts: { ...accounts, claim } }));
    await expect(keeping).rejects.toMatchObject({ code: 'account_taken' });
    expect(await claimOf(alice)).toBe(bob);
    expect(await world.keeper.list(alice)).toStrictEqual([]);
  });

  it('that was taken over while its owner was slow leaves them nothing: one of the two has it', async () => {
    const { connections } = world.parts;
    const put: typeof connections.put = async (...row) => {
      await world.keeper.keep(grant(github, bob), log);
      return connections.put(...row);
    };
    const keeping = keep(grant(), world.keeperWith({ connections: { ...connections, put } }));
    await expect(keeping).rejects.toMatchObject({ code: 'account_taken' });
    expect(await world.keeper.list(alice)).toStrictEqual([]);
    expect(await world.keeper.list(bob)).toHaveLength(1);
  });

  it('is let go of, and nothing kept, where the user is deleted meanwhile', async () => {
    const { connections, users } = world.parts;
    const put: typeof connections.put = async (...row) => {
      await users.leaveTombstone(alice, world.time.clock());
      return connections.put(...row);
    };
    const keeping = keep(grant(), world.keeperWith({ connections: { ...connections, put } }));
    await expect(keeping).rejects.toMatchObject({ code: 'user_disabled' });
    expect(await world.keeper.list(alice)).toStrictEqual([]);
    expect(await claimOf(bob)).toBe(bob);
  });

  async function bobsRow() {
    const elsewhere = vaultKeeperUnderTest();
    await elsewhere.run(elsewhere.keeper.keep(grantOf(elsewhere.providers, bob, github), log));
    const row = await elsewhere.parts.connections.find(bob, 'github');
    if (!row) throw new Error('not connected');
    return row;
  }
});
