/** The job `renew-module-tokens` over rows and providers in memory, with the keeper of tokens beside it. */
import {
  type Renewal,
  renewModuleTokens,
  type RenewModuleTokensDependencies,
} from '../../functions/renew-module-tokens/renew-module-tokens.ts';
import type { Module } from '../../functions/shared/domain/modules.ts';
import type { PendingRevocations } from '../../functions/shared/domain/pending-revocations.ts';
import type { RenewalPass } from '../../functions/shared/domain/renewal-pass.ts';
import type { VaultKeeper } from '../../functions/shared/domain/vault-keeper.ts';
import { type CollectedLog, collectLog } from './collected-log.ts';
import { createMemoryJobProgress } from './memory-job-progress.ts';
import { createMemoryModuleConnections, type MemoryModuleConnections } from './memory-module-connections.ts';
import { github, gmail, grantOf } from './module-keeper-contract.ts';
import { vaultKeeperUnderTest, type VaultKeeperUnderTest } from './vault-keeper-under-test.ts';

export interface RenewalUnderTest extends Pick<VaultKeeperUnderTest, 'events' | 'keys' | 'providers' | 'time'> {
  readonly parts: RenewModuleTokensDependencies & {
    readonly connections: MemoryModuleConnections;
    readonly revocations: PendingRevocations;
    readonly keeper: VaultKeeper;
  };
  readonly log: CollectedLog;
  /** @param pages how many pages there is time for. @param other parts that are to fail. */
  run(pages?: number, other?: Partial<RenewModuleTokensDependencies>): Promise<Renewal>;
  passDays(days: number): Promise<void>;
  /** Each user an account of their own. */
  connect(userId: string, module?: Module): Promise<void>;
}

export function renewalUnderTest(): RenewalUnderTest {
  const world = vaultKeeperUnderTest();
  const connections = createMemoryModuleConnections();
  const log = collectLog();
  const keeper = world.keeperWith({ connections });
  const parts = {
    ...world.parts,
    connections,
    all: connections,
    keeper,
    modules: [gmail, github],
    progress: createMemoryJobProgress<RenewalPass>(),
  };
  const { events, keys, providers, time } = world;
  return {
    parts,
    log,
    events,
    keys,
    providers,
    time,
    run(pages = 1000, other = {}) {
      let looks = 0;
      const remainingMs = () => ((looks += 1) > pages ? 0 : 900_000);
      return time.run(renewModuleTokens({ ...parts, ...other })(remainingMs, log));
    },
    passDays: (days) => world.pass(days * 86_400_000),
    async connect(userId, module = gmail) {
      const account = { id: `account of ${userId}`, address: `${userId}@example.com` };
      await time.run(keeper.keep(grantOf(providers, userId, module, account), log));
    },
  };
}
