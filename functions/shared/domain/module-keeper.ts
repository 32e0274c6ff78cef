/**
 * Who keeps what providers granted. Ours is the vault (`createVaultKeeper`); WorkOS Pipes could stand in, which keeps tokens at
 * WorkOS and knows connected, needs reauthorization, and disconnected as well.
 */
import type { ConnectionStatus, MailboxState, ModuleProblem } from './module-connections.ts';
import type { Log } from './log.ts';
import type { Module } from './modules.ts';
import type { ProviderAccount, ProviderGrant } from './provider.ts';

/** A connection as everybody may see it: no token. */
export interface KeptConnection {
  readonly module: string;
  readonly status: ConnectionStatus;
  readonly account: ProviderAccount;
  readonly scopes: readonly string[];
  readonly connectedAt: Date;
  readonly refreshedAt: Date;
  readonly problem: ModuleProblem | undefined;
  readonly mailbox: MailboxState | undefined;
  readonly nextTurnAt: Date | undefined;
}

/** What a consent brought: checked, and not yet kept. */
export interface GrantedConnection {
  readonly userId: string;
  readonly module: Module;
  readonly account: ProviderAccount;
  readonly grant: ProviderGrant;
  /** As checked: `grant.scopes` may be unknown. */
  readonly scopes: readonly string[];
}

export interface ModuleAccess {
  readonly accessToken: string;
  /** `undefined`: it does not expire (GitHub's, where its app is set so). */
  readonly expiresAt: Date | undefined;
  readonly scopes: readonly string[];
}

/**
 * What became of the grant at the provider: `done`, `pending` (tried again until it is), or `kept` (left standing, since ending
 * it would end more than this module).
 */
export type UpstreamRevocation = 'done' | 'kept' | 'pending';

export interface ModuleKeeper {
  list(userId: string): Promise<readonly KeptConnection[]>;
  find(userId: string, module: Module): Promise<KeptConnection | undefined>;
  /**
   * Keeps a grant in the place of an earlier one of the same user and module, and tells the bus.
   * @throws AuthError `account_taken`: the account is connected by another user here; `temporarily_unavailable`. Nothing has changed then.
   */
  keep(granted: GrantedConnection, log: Log): Promise<KeptConnection>;
  /**
   * An access token that is good for five minutes at least, refreshed where it has to be.
   * @throws AuthError `module_not_connected`, `reauthorization_required`, `temporarily_unavailable`
   */
  access(userId: string, module: Module, log: Log): Promise<ModuleAccess>;
  /**
   * Another access token in the place of one that the provider's API refused (401), where there can be one. Where there cannot,
   * the grant is over, and this says so: once on the bus, however many find it out. Ask it once for a request, never in a loop.
   * @throws AuthError as `access()`
   */
  replaceAccess(userId: string, module: Module, refusedAccessToken: string, log: Log): Promise<ModuleAccess>;
  /**
   * Forgets the connection, tells the bus, and ends the grant at the provider where that ends nothing else.
   * @returns `undefined` when there was none.
   */
  disconnect(userId: string, module: Module, log: Log): Promise<UpstreamRevocation | undefined>;
}
