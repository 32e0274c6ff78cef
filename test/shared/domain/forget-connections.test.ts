/** What goes with a user who is deleted: connections and claims at once, grants as soon as their provider ends them. */
import { beforeEach, describe, expect, it } from 'vitest';
import { forgetConnections, type ForgetConnectionsParts } from '../../../functions/shared/domain/forget-connections.ts';
import { type CollectedLog, collectLog } from '../../support/collected-log.ts';
import { alice, atWork, bob, github, gmail, grantOf, privately } from '../../support/module-keeper-contract.ts';
import { tableIsAway, vaultKeeperUnderTest, type VaultKeeperUnderTest } from '../../support/vault-keeper-under-test.ts';

let world: VaultKeeperUnderTest;
let log: CollectedLog;
beforeEach(async () => {
  world = vaultKeeperUnderTest();
  log = collectLog();
  await connect(alice, gmail);
  await connect(alice, github);
});

const connect = (userId: string, module = github, account = privately) =>
  world.run(world.keeper.keep(grantOf(world.providers, userId, module, account), log));
const forget = (other: Partial<ForgetConnectionsParts> = {}, userId = alice) =>
  forgetConnections({ ...world.parts, modules: [gmail, github], ...other }, userId, log);
const pending = () => world.parts.revocations.list(10);
const tokensPending = async () => {
  const revocations = await pending();
  const opened = revocations.map(({ sealed, sealedAs: kind, userId, module, tokenVersion }) =>
    world.parts.vault.open(sealed, { kind, userId, module, tokenVersion }),
  );
  return (await Promise.all(opened)).map(({ accessToken }) => accessToken);
};

describe('forgetConnections()', () => {
  it('leaves no connection of the user, and those of everybody else', async () => {
    await connect(bob, github, atWork);
    await forget();
    expect(await world.keeper.list(alice)).toStrictEqual([]);
    expect(await world.keeper.list(bob)).toHaveLength(1);
  });

  it('asks no provider and opens nothing: what GitHub is to end is pending, as it was sealed', async () => {
    const { github: row } = Object.fromEntries(
      (await world.parts.connections.list(alice)).map((connection) => [connection.module, connection]),
    );
    world.keys.isAway = true;
    await forget();
    const { sealed, tokenVersion } = row ?? {};
    expect(await pending()).toMatchObject([{ userId: alice, module: 'github', sealed, tokenVersion }]);
    expect(world.providers.github.calls.revoke + world.providers.google.calls.revoke).toBe(0);
    world.keys.isAway = false;
    const [token] = await tokensPending();
    expect(world.providers.github.isGood(token)).toBe(true);
  });

  it('lets go of the accounts: another user may connect them', async () => {
    await forget();
    const { accounts } = world.parts;
    for (const provider of ['google', 'github'] as const) {
      const claim = accounts.claim({ provider, accountId: privately.id }, { userId: bob, module: 'any' });
      expect(await claim).toBe(bob);
    }
  });

  it('tells the bus what became of each, once', async () => {
    const before = world.events.published.length;
    await forget();
    await forget();
    const told = world.events.published.slice(before);
    expect(told).toHaveLength(2);
    expect(told).toContainEqual({
      name: 'module.disconnected',
      detail: { userId: alice, module: 'gmail', upstreamRevocation: 'kept' },
    });
    expect(told).toContainEqual({
      name: 'module.disconnected',
      detail: { userId: alice, module: 'github', upstreamRevocation: 'pending' },
    });
  });

  it.each([
    ['a revocation', { revocations: { put: tableIsAway } }],
    ['an account', { accounts: { release: tableIsAway } }],
    ['a row', { connections: 'remove' }],
  ] as const)('fails where %s could not be written, and does the rest when it is repeated', async (_, broken) => {
    const { connections } = world.parts;
    const parts = 'connections' in broken ? { connections: { ...connections, remove: tableIsAway } } : broken;
    await expect(forget(parts)).rejects.toMatchObject({ code: 'temporarily_unavailable' });
    await forget();
    expect(await world.keeper.list(alice)).toStrictEqual([]);
    expect(await pending()).toHaveLength(1);
  });

  it('leaves pending the tokens of a refresh that came between, too', async () => {
    const { connections, vault } = world.parts;
    const remove: typeof connections.remove = async (userId, module) => {
      const removed = await connections.remove(userId, module);
      if (removed?.module !== 'github') return removed;
      const tokenVersion = removed.tokenVersion + 1;
      const sealed = await vault.seal({ accessToken: 'later' }, { kind: 'connection', userId, module, tokenVersion });
      return { ...removed, sealed, tokenVersion };
    };
    await forget({ connections: { ...connections, remove } });
    expect(await tokensPending()).toStrictEqual([expect.stringContaining('access-github'), 'later']);
  });

  it('removes the row of a module that is switched off by now', async () => {
    await forget({ modules: [gmail] });
    expect(await world.keeper.list(alice)).toStrictEqual([]);
    expect(await pending()).toStrictEqual([]);
  });
});
