/** What the keeper of tokens is made of. */
import type { Clock } from './clock.ts';
import type { ConnectedAccounts } from './connected-accounts.ts';
import type { EventBus } from './events.ts';
import type { ModuleConnections } from './module-connections.ts';
import type { Module } from './modules.ts';
import type { PendingRevocations } from './pending-revocations.ts';
import type { Providers } from './provider.ts';
import type { Cadence } from './slots.ts';
import type { TokenVault } from './token-vault.ts';
import type { Users } from './users.ts';

export interface VaultKeeperSettings {
  /** Of the modules that have a worker. */
  readonly cadences: readonly Cadence[];
  /**
   * Whether the Google project of the modules is theirs alone. Google revokes all that a user granted to a project: in a
   * `shared` one that is their sign-in too.
   */
  readonly googleProject: 'own' | 'shared';
}

export interface VaultKeeperParts {
  readonly connections: ModuleConnections;
  readonly accounts: ConnectedAccounts;
  readonly vault: TokenVault;
  readonly providers: Providers;
  readonly revocations: Pick<PendingRevocations, 'put' | 'remove'>;
  readonly users: Pick<Users, 'isBarred'>;
  readonly events: EventBus;
  readonly clock: Clock;
  readonly sleep: (ms: number) => Promise<void>;
  readonly settings: VaultKeeperSettings;
}

/** Whose connection of what. */
export interface ConnectionOf {
  readonly userId: string;
  readonly module: Module;
}
