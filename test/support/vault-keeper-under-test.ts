/** The keeper of tokens on stores and providers in memory, in time that passes only when nothing else is left to do. */
import { AuthError } from '../../functions/shared/domain/auth-error.ts';
import { createTokenVault } from '../../functions/shared/domain/create-token-vault.ts';
import type { PendingRevocations } from '../../functions/shared/domain/pending-revocations.ts';
import { createVaultKeeper, type VaultKeeper } from '../../functions/shared/domain/vault-keeper.ts';
import type { VaultKeeperParts, VaultKeeperSettings } from '../../functions/shared/domain/vault-parts.ts';
import { createMemoryConnectedAccounts } from './memory-connected-accounts.ts';
import { createMemoryDataKeys, type MemoryDataKeys } from './memory-data-keys.ts';
import { createMemoryEventBus } from './memory-event-bus.ts';
import { createMemoryModuleConnections } from './memory-module-connections.ts';
import { createMemoryPendingRevocations } from './memory-pending-revocations.ts';
import { createMemoryProviders, type MemoryProviders } from './memory-providers.ts';
import { createMemoryUsers, type MemoryUsers } from './memory-users.ts';
import type { KeeperUnderTest } from './module-keeper-contract.ts';
import { startVirtualTime, type VirtualTime } from './virtual-time.ts';

export interface VaultKeeperUnderTest extends KeeperUnderTest {
  readonly keeper: VaultKeeper;
  readonly parts: VaultKeeperParts & {
    readonly providers: MemoryProviders;
    readonly revocations: PendingRevocations;
    readonly users: MemoryUsers;
  };
  readonly time: VirtualTime;
  readonly keys: MemoryDataKeys;
  /** The same rows to another process, with parts of its own where it has other ones. */
  keeperWith(parts: Partial<VaultKeeperParts>): VaultKeeper;
  pass(ms: number): Promise<void>;
}

export function vaultKeeperUnderTest(settings: Partial<VaultKeeperSettings> = {}): VaultKeeperUnderTest {
  const time = startVirtualTime();
  const keys = createMemoryDataKeys();
  const connections = createMemoryModuleConnections();
  const events = createMemoryEventBus();
  const providers = createMemoryProviders(time.clock);
  const parts = {
    connections,
    accounts: createMemoryConnectedAccounts(),
    vault: createTokenVault({ stage: 'test', keysOf: () => keys }),
    providers,
    revocations: createMemoryPendingRevocations(),
    users: createMemoryUsers(),
    events,
    clock: time.clock,
    sleep: time.sleep,
    settings: { cadences: [{ module: 'gmail', everyMinutes: 15 }], googleProject: 'shared', ...settings },
  } as const satisfies VaultKeeperParts;
  const keeperWith = (other: Partial<VaultKeeperParts>): VaultKeeper => createVaultKeeper({ ...parts, ...other });
  return {
    keeper: keeperWith({}),
    keeperWith,
    parts,
    providers,
    events,
    keys,
    time,
    run: (work) => time.run(work),
    pass: (ms) => time.run(time.sleep(ms)),
  };
}

/** A table that does not answer, as its adapter tells it. */
export const tableIsAway = (): Promise<never> =>
  Promise.reject(new AuthError('temporarily_unavailable', 'the table is away'));
