/** Taking a connection back, here and at the provider. */
import { beforeEach, describe, expect, it } from 'vitest';
import type { VaultKeeper } from '../../../functions/shared/domain/vault-keeper.ts';
import { type CollectedLog, collectLog } from '../../support/collected-log.ts';
import { alice, bob, calendar, github, gmail, grantOf, privately } from '../../support/module-keeper-contract.ts';
import { tableIsAway, vaultKeeperUnderTest, type VaultKeeperUnderTest } from '../../support/vault-keeper-under-test.ts';

let world: VaultKeeperUnderTest;
let log: CollectedLog;
beforeEach(() => {
  world = vaultKeeperUnderTest();
  log = collectLog();
});

const connect = (module = github) => world.run(world.keeper.keep(grantOf(world.providers, alice, module), log));
const disconnect = (module = github, keeper: VaultKeeper = world.keeper) =>
  world.run(keeper.disconnect(alice, module, log));
const pending = () => world.parts.revocations.list(10);

describe('disconnect() of GitHub', () => {
  beforeEach(() => connect());

  it('revokes the token, and leaves nothing to be done', async () => {
    expect(await disconnect()).toBe('done');
    expect(world.providers.github.grantsOf(privately.id)).toBe(0);
    expect(await pending()).toStrictEqual([]);
  });

  it('lets go of the account', async () => {
    await disconnect();
    const account = { provider: 'github', accountId: privately.id } as const;
    expect(await world.parts.accounts.claim(account, { userId: bob, module: 'github' })).toBe(bob);
  });

  it.each(['not_found', 'refused'] as const)('takes a grant that is over (%s) for revoked', async (kind) => {
    world.providers.github.failNext('revoke', kind);
    expect(await disconnect()).toBe('done');
    expect(await pending()).toStrictEqual([]);
  });

  it.each(['later', 'misconfigured', 'unexpected'] as const)(
    'forgets it here and leaves the rest pending where GitHub did not do it (%s)',
    async (kind) => {
      world.providers.github.failNext('revoke', kind);
      expect(await disconnect()).toBe('pending');
      expect(await world.keeper.list(alice)).toStrictEqual([]);
      expect(await pending()).toMatchObject([{ userId: alice, module: 'github' }]);
      expect(world.events.published.at(-1)).toMatchObject({ detail: { upstreamRevocation: 'pending' } });
    },
  );

  it('leaves in what is pending the tokens that are to end, and they open as nothing else', async () => {
    world.providers.github.failNext('revoke', 'later');
    await disconnect();
    const [revocation] = await pending();
    if (!revocation) throw new Error('nothing is pending');
    const { sealed, userId, module, tokenVersion } = revocation;
    const binding = { userId, module, tokenVersion };
    const tokens = await world.parts.vault.open(sealed, { kind: 'revocation', ...binding });
    expect(world.providers.github.isGood(tokens.accessToken)).toBe(true);
    await expect(world.parts.vault.open(sealed, { kind: 'connection', ...binding })).rejects.toThrow();
  });

  it('that dies before the row is removed leaves a grant that will end', async () => {
    const connections = { ...world.parts.connections, remove: tableIsAway };
    await expect(disconnect(github, world.keeperWith({ connections }))).rejects.toMatchObject({
      code: 'temporarily_unavailable',
    });
    expect(await pending()).toHaveLength(1);
    expect(await disconnect()).toBe('done');
  });

  it('changes nothing where what must not be forgotten cannot be written', async () => {
    const revocations = { ...world.parts.revocations, put: tableIsAway };
    await expect(disconnect(github, world.keeperWith({ revocations }))).rejects.toMatchObject({
      code: 'temporarily_unavailable',
    });
    expect(await world.keeper.find(alice, github)).toMatchObject({ status: 'connected' });
    expect(world.providers.github.calls.revoke).toBe(0);
  });

  it('changes nothing while KMS is away', async () => {
    world.keys.isAway = true;
    await expect(disconnect()).rejects.toMatchObject({ code: 'temporarily_unavailable' });
    expect(await world.keeper.find(alice, github)).toMatchObject({ status: 'connected' });
  });

  it('revokes the last token, where a refresh came between', async () => {
    const { connections } = world.parts;
    const later = grantOf(world.providers, alice, github);
    const remove: typeof connections.remove = async (...row) => {
      await world.keeper.keep(later, log);
      return connections.remove(...row);
    };
    await disconnect(github, world.keeperWith({ connections: { ...connections, remove } }));
    expect(world.providers.github.grantsOf(privately.id)).toBe(0);
  });

  it('forgets tokens that do not open, and says that the grant was kept', async () => {
    const connection = await world.parts.connections.find(alice, 'github');
    if (!connection) throw new Error('not connected');
    await world.parts.connections.put({ ...connection, tokenVersion: 99 }, connection.version);
    expect(await disconnect()).toBe('kept');
    expect(await world.keeper.list(alice)).toStrictEqual([]);
    expect(log.fieldsOf('module.tokens_unreadable')).toStrictEqual([{ userId: alice, module: 'github' }]);
  });
});

describe('disconnect() of a Google module', () => {
  it.each([
    ['keeps the grant of a project that the sign-in shares', 'shared', [gmail], 'kept'],
    ['keeps the grant that another module of the account needs', 'own', [gmail, calendar], 'kept'],
    ['revokes the grant of a project of the modules’ own with its last module', 'own', [gmail], 'done'],
  ] as const)('%s', async (_, googleProject, modules, upstreamRevocation) => {
    world = vaultKeeperUnderTest({ googleProject });
    for (const module of modules) await connect(module);
    expect(await disconnect(gmail)).toBe(upstreamRevocation);
    expect(world.providers.google.grantsOf(privately.id)).toBe(upstreamRevocation === 'done' ? 0 : modules.length);
    expect(await world.keeper.find(alice, gmail)).toBeUndefined();
  });

  it('keeps a grant that Google does not end at once: later it would end what is connected by then', async () => {
    world = vaultKeeperUnderTest({ googleProject: 'own' });
    await connect(gmail);
    world.providers.google.failNext('revoke', 'later');
    expect(await disconnect(gmail)).toBe('kept');
    expect(await pending()).toStrictEqual([]);
  });
});
