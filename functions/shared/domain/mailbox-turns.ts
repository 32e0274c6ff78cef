/**
 * Turns of connected mailboxes (rows of ModuleTokens): one at a time for each, and two writes for one in order, its lease and its
 * end. A turn that meets an end of somebody else's making (disconnected, connected anew, taken over) leaves nothing behind.
 */
import type { MailboxState, ModuleConnection, ModuleProblem, RefreshLease } from './module-connections.ts';
import type { SealedTokens } from './token-vault.ts';

export interface MailboxTurn {
  /** As it was when its lease was taken. One that needs a new consent is here because the bus has not been told of it yet. */
  readonly connection: ModuleConnection;
  readonly lease: RefreshLease;
  /** Turns in a row that were postponed before this one. */
  readonly failures: number;
}

/** When the next one is, and where it is found: the index is written only where that is another slot. */
export interface NextTurn {
  readonly nextTurnAt: Date;
  readonly slot: string;
}

export interface MailboxTurns {
  /**
   * Takes the lease of a mailbox whose turn it is.
   * @returns `held` where somebody else has the lease of one whose turn it is; `undefined` where it is not its turn, or no more.
   */
  begin(userId: string, lease: RefreshLease, now: Date): Promise<MailboxTurn | 'held' | undefined>;
  /** Leaves new tokens within the turn. @returns the turn as it goes on; `undefined` when the lease is lost. */
  keepTokens(
    turn: MailboxTurn,
    renewed: { readonly sealed: SealedTokens; readonly tokenVersion: number },
  ): Promise<MailboxTurn | undefined>;
  /** @returns `false` when the lease is lost: nothing is written then. */
  finish(
    turn: MailboxTurn,
    done: NextTurn & { readonly mailbox: MailboxState; readonly refreshedAt: Date },
  ): Promise<boolean>;
  /** Ends a turn that came to nothing. @returns `false` when the lease is lost. */
  postpone(turn: MailboxTurn, to: NextTurn & { readonly failures: number }): Promise<boolean>;
  /** Gives the lease back with nothing done: it is its turn as before. */
  release(turn: MailboxTurn): Promise<void>;
  /**
   * Marks the connection as in need of a new consent, takes it out of its slot, and notes that the bus is to be told. The lease
   * stays until `told()`.
   * @returns `false` when the lease is lost.
   */
  requireReauthorization(turn: MailboxTurn, problem: ModuleProblem): Promise<boolean>;
  /** The bus has been told. */
  told(turn: MailboxTurn): Promise<void>;
}
