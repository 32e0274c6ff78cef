/**
 * Grants that are to end at their provider and may not have yet: written before a connection is removed, and worked off by
 * `renew-module-tokens` until the provider has done it. They are rows of ModuleTokens, and no connections.
 */
import type { SealedKind, SealedTokens } from './token-vault.ts';

export interface PendingRevocation {
  /** Of the user's and the module's. */
  readonly id: string;
  readonly userId: string;
  readonly module: string;
  readonly sealed: SealedTokens;
  /** `connection`: as the row had them that is gone now. Whoever only moves tokens here needs no key to them. */
  readonly sealedAs: Extract<SealedKind, 'connection' | 'revocation'>;
  readonly tokenVersion: number;
}

/** Which row it is. */
export type RevocationOf = Pick<PendingRevocation, 'id' | 'module' | 'userId'>;

export interface PendingRevocations {
  /** May be repeated. */
  put(revocation: PendingRevocation): Promise<void>;
  /** It is done. May be repeated. */
  remove(revocation: RevocationOf): Promise<void>;
  /**
   * Those that are pending, as the index has them: one just written may be missing.
   * @param limit how many are looked at; fewer are returned where some have just been removed, none when there are no more.
   * @param after goes on behind this one, in an order that does not change.
   */
  list(limit: number, after?: RevocationOf): Promise<readonly PendingRevocation[]>;
}
