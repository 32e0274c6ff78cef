/** The rows of ModuleTokens: what is connected, by whom, with which tokens, and how its turns go. */
import type { ProviderAccount } from './provider.ts';
import type { SealedTokens } from './token-vault.ts';

/** What is wrong with a connection, by a name that the account page and the API show. */
export const moduleProblems = [
  /** The provider refused our refresh token: the user or the provider took the grant back. */
  'grant_revoked',
  /** A provider's answer did not reach our table, for a process that died or on its way: a single-use token is spent, its successor lost. */
  'refresh_interrupted',
  /** The provider says that the grant does not allow what the module does. */
  'scope_missing',
] as const;
export type ModuleProblem = (typeof moduleProblems)[number];

export type ConnectionStatus = 'connected' | 'reauthorization_required';

/** How far the offline worker has come with a mailbox. */
export interface MailboxState {
  /** Gmail's, up to which changes have been told. */
  readonly historyId: string;
  readonly messagesTotal: number;
  readonly lastSyncedAt: Date;
}

export interface ModuleConnection {
  readonly userId: string;
  readonly module: string;
  readonly account: ProviderAccount;
  /** Granted, as the provider said. */
  readonly scopes: readonly string[];
  readonly status: ConnectionStatus;
  /** Where `status` is `reauthorization_required`. */
  readonly problem: ModuleProblem | undefined;
  readonly sealed: SealedTokens;
  readonly tokenVersion: number;
  readonly connectedAt: Date;
  /** When the provider last gave us a token for it. */
  readonly refreshedAt: Date;
  /** Counts every write; each is conditional on the one that was read. */
  readonly version: number;
  /** Which turns reach it (`slotOf`); `undefined` where it has none: no worker, or nothing to be done until it is mended. */
  readonly slot: string | undefined;
  readonly nextTurnAt: Date | undefined;
  readonly mailbox: MailboxState | undefined;
}

/** A refresh under way: one at a time per row. */
export interface RefreshLease {
  /** Random: whoever takes over later has another one. */
  readonly leaseId: string;
  readonly until: Date;
}

export type NewConnection = Omit<ModuleConnection, 'mailbox' | 'problem' | 'status' | 'version'>;

export interface ModuleConnections {
  /** All of a user's; consistent. */
  list(userId: string): Promise<readonly ModuleConnection[]>;
  /** Consistent. */
  find(userId: string, module: string): Promise<ModuleConnection | undefined>;
  /**
   * Puts a connection in the place of what was there, whatever it was, and keeps nothing of it.
   * @param replaces the version that was read; `undefined` where there was no row.
   * @returns `false` when there is another one by now.
   */
  put(connection: NewConnection, replaces: number | undefined): Promise<boolean>;
  /** @returns what was there: of two that remove it one gets it. */
  remove(userId: string, module: string): Promise<ModuleConnection | undefined>;
  /**
   * Takes the lease for a refresh on the version that was read, unless somebody has it.
   * @returns the row as it is, with `wasInterrupted` where an earlier lease ran out without an end; `undefined` when it is held, or the row another one by now.
   */
  takeRefreshLease(
    connection: Pick<ModuleConnection, 'module' | 'userId' | 'version'>,
    lease: RefreshLease,
    now: Date,
  ): Promise<{ readonly connection: ModuleConnection; readonly wasInterrupted: boolean } | undefined>;
  /** Leaves new tokens and gives the lease back. @returns `false` when the row is not what the lease was taken on. */
  leaveTokens(
    connection: ModuleConnection,
    lease: RefreshLease,
    refreshed: { readonly sealed: SealedTokens; readonly tokenVersion: number; readonly refreshedAt: Date },
  ): Promise<boolean>;
  /** Gives the lease back with nothing done. */
  releaseRefreshLease(connection: ModuleConnection, lease: RefreshLease): Promise<void>;
  /**
   * Marks it as in need of a new consent and takes it out of its slot.
   * @returns whether it was this call that did: it is told once.
   */
  requireReauthorization(connection: ModuleConnection, problem: ModuleProblem): Promise<boolean>;
  /** The same tokens under another key. @returns `false` when the row has changed since it was read. */
  reseal(connection: ModuleConnection, sealed: SealedTokens): Promise<boolean>;
}
