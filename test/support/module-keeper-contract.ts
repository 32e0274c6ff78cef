/** What every keeper of provider tokens has to do, wherever it keeps them. */
import { beforeEach, describe, expect, it } from 'vitest';
import type { GrantedConnection, ModuleKeeper } from '../../functions/shared/domain/module-keeper.ts';
import type { Module } from '../../functions/shared/domain/modules.ts';
import type { ProviderAccount } from '../../functions/shared/domain/provider.ts';
import { type CollectedLog, collectLog } from './collected-log.ts';
import type { MemoryEventBus } from './memory-event-bus.ts';
import type { MemoryProviders } from './memory-providers.ts';

export interface KeeperUnderTest {
  readonly keeper: ModuleKeeper;
  readonly providers: MemoryProviders;
  readonly events: MemoryEventBus;
  /** Lets time pass as far as the work waits for it. */
  run<Result>(work: Promise<Result>): Promise<Result>;
}

const texts = { title: '', purpose: '', scopes: {} };
export const gmail: Module = {
  name: 'gmail',
  provider: 'google',
  scopes: ['mail'],
  connectVia: 'workos',
  texts: { en: texts, zh: texts },
};
export const calendar: Module = { ...gmail, name: 'google-calendar', scopes: ['calendar'] };
export const github: Module = { ...gmail, name: 'github', provider: 'github', scopes: ['repo'] };

export const [alice, bob] = ['usr_alice', 'usr_bob'];
export const [privately, atWork]: readonly [ProviderAccount, ProviderAccount] = [
  { id: '1001', address: 'alice@example.com' },
  { id: '1002', address: 'alice@work.example' },
];

/** What a consent of theirs brought. */
export function grantOf(
  providers: MemoryProviders,
  userId: string,
  module: Module,
  account: ProviderAccount = privately,
): GrantedConnection {
  const { scopes } = module;
  return { userId, module, account, scopes, grant: providers[module.provider].consent(account, scopes) };
}

export function describeModuleKeeper(name: string, start: () => KeeperUnderTest): void {
  describe.each([
    ['Google', gmail],
    ['GitHub', github],
  ])(`${name}, of %s`, (_, module) => {
    const other = module === gmail ? github : gmail;
    let kept: KeeperUnderTest;
    let keeper: ModuleKeeper;
    let log: CollectedLog;
    beforeEach(() => {
      kept = start();
      ({ keeper } = kept);
      log = collectLog();
    });

    const connect = (userId = alice, account = privately, what = module) =>
      kept.run(keeper.keep(grantOf(kept.providers, userId, what, account), log));
    const access = (userId = alice) => kept.run(keeper.access(userId, module, log));
    const disconnect = (userId = alice) => kept.run(keeper.disconnect(userId, module, log));
    const told = () => kept.events.published.map((event) => event.name);
    const provider = () => kept.providers[module.provider];

    it('knows of nothing to begin with', async () => {
      expect(await keeper.list(alice)).toStrictEqual([]);
      expect(await keeper.find(alice, module)).toBeUndefined();
      await expect(access()).rejects.toMatchObject({ code: 'module_not_connected' });
      expect(await disconnect()).toBeUndefined();
      expect(told()).toStrictEqual([]);
    });

    it('shows what was granted, and no token of it', async () => {
      const connected = await connect();
      expect(connected).toMatchObject({
        module: module.name,
        status: 'connected',
        account: privately,
        scopes: module.scopes,
        problem: undefined,
      });
      expect(await keeper.find(alice, module)).toStrictEqual(connected);
      expect(await keeper.list(alice)).toStrictEqual([connected]);
      expect(JSON.stringify(connected)).not.toMatch(/access-|refresh-|sealed/);
    });

    it('gives an access token that the provider takes, and what it is good for', async () => {
      await connect();
      const { accessToken, scopes } = await access();
      expect(provider().isGood(accessToken)).toBe(true);
      expect(scopes).toStrictEqual(module.scopes);
    });

    it('gives another one in the place of one that the provider refused, or says that the grant is over', async () => {
      await connect();
      const { accessToken } = await access();
      provider().withdraw(privately.id);
      const replace = () => kept.run(keeper.replaceAccess(alice, module, accessToken, log));
      await expect(replace()).rejects.toMatchObject({ code: 'reauthorization_required' });
      await connect();
      expect(provider().isGood((await replace()).accessToken)).toBe(true);
    });

    it('has one connection for each module of a user: the last one', async () => {
      await connect(alice, privately);
      await connect(alice, atWork);
      expect((await keeper.list(alice)).map(({ account }) => account)).toStrictEqual([atWork]);
      expect((await access()).accessToken).toContain(atWork.id);
    });

    it('keeps the modules of a user apart', async () => {
      await connect();
      await connect(alice, privately, other);
      await disconnect();
      expect((await keeper.list(alice)).map((each) => each.module)).toStrictEqual([other.name]);
    });

    it('gives an account to one user at a time', async () => {
      await connect(alice);
      await expect(connect(bob)).rejects.toMatchObject({ code: 'account_taken' });
      expect(await keeper.list(bob)).toStrictEqual([]);
      expect(provider().isGood((await access(alice)).accessToken)).toBe(true);
    });

    it.each([
      ['disconnects it', () => disconnect(alice)],
      ['connects another one in its place', () => connect(alice, atWork)],
    ])('gives an account to another user once its own one %s', async (_how, letGo) => {
      await connect(alice, privately);
      await letGo();
      await connect(bob, privately);
      expect((await access(bob)).accessToken).toContain(privately.id);
    });

    it('never gives one user what is another’s, however their requests interleave', async () => {
      await connect(alice, privately);
      await connect(bob, atWork);
      const asked = Array.from({ length: 20 }, (_each, index) => (index % 3 === 0 ? alice : bob));
      const answers = await kept.run(Promise.all(asked.map((userId) => keeper.access(userId, module, log))));
      expect(answers.map(({ accessToken }) => accessToken.includes(privately.id))).toStrictEqual(
        asked.map((userId) => userId === alice),
      );
    });

    it('tells the bus of a connection, and of its end', async () => {
      await connect();
      await disconnect();
      expect(kept.events.published).toStrictEqual([
        { name: 'module.connected', detail: { userId: alice, module: module.name, scopes: module.scopes } },
        {
          name: 'module.disconnected',
          detail: { userId: alice, module: module.name, upstreamRevocation: module === github ? 'done' : 'kept' },
        },
      ]);
    });

    it('disconnects once, of two who ask for it at once', async () => {
      await connect();
      const answers = await kept.run(
        Promise.all([keeper.disconnect(alice, module, log), keeper.disconnect(alice, module, log)]),
      );
      expect(answers.filter(Boolean)).toHaveLength(1);
      expect(told()).toStrictEqual(['module.connected', 'module.disconnected']);
    });

    describe('when the user took the grant back at the provider', () => {
      const findOut = async () => {
        const { accessToken } = await access();
        provider().withdraw(privately.id);
        return kept.run(
          Promise.allSettled(Array.from({ length: 5 }, () => keeper.replaceAccess(alice, module, accessToken, log))),
        );
      };

      it('says so to everyone who asks, and to the bus once', async () => {
        await connect();
        const answers = await findOut();
        expect(answers.map((answer) => answer.status === 'rejected' && (answer.reason as unknown))).toMatchObject(
          Array.from({ length: 5 }, () => ({ code: 'reauthorization_required' })),
        );
        await expect(access()).rejects.toMatchObject({ code: 'reauthorization_required' });
        expect(told()).toStrictEqual(['module.connected', 'module.reauthorization_required']);
        expect(await keeper.find(alice, module)).toMatchObject({
          status: 'reauthorization_required',
          problem: 'grant_revoked',
          account: privately,
        });
      });

      it('is mended by another consent, and tells the bus of that', async () => {
        await connect();
        await findOut();
        await connect();
        expect(provider().isGood((await access()).accessToken)).toBe(true);
        expect(told().at(-1)).toBe('module.recovered');
        expect(await keeper.find(alice, module)).toMatchObject({ status: 'connected', problem: undefined });
      });

      it('can still be disconnected', async () => {
        await connect();
        await findOut();
        expect(await disconnect()).toBeDefined();
        expect(await keeper.list(alice)).toStrictEqual([]);
      });
    });

    it.each(['later', 'misconfigured', 'unexpected'] as const)(
      'leaves the connection as it is where the provider’s answer (%s) says nothing of it',
      async (kind) => {
        kept.providers.github.expires = true;
        await connect();
        const { accessToken } = await access();
        provider().failNext('refresh', kind);
        const replacing = kept.run(keeper.replaceAccess(alice, module, accessToken, log));
        await expect(replacing).rejects.toMatchObject({ code: 'temporarily_unavailable' });
        expect(provider().isGood((await access()).accessToken)).toBe(true);
        expect(told()).toStrictEqual(['module.connected']);
      },
    );
  });
}
