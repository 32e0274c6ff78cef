/** Which user a provider's account belongs to here (ProviderAccounts): one at a time, claimed before tokens are written. */
import type { ProviderName } from './modules.ts';

export interface ConnectedAccount {
  readonly provider: ProviderName;
  /** `ProviderAccount.id`. */
  readonly accountId: string;
}

export interface ConnectedAccounts {
  /**
   * Claims the account for a user's module; may be repeated.
   * @param gone an owner who does not count: their claim is taken over.
   * @returns whose it is now.
   */
  claim(
    account: ConnectedAccount,
    by: { readonly userId: string; readonly module: string },
    gone?: string,
  ): Promise<string>;
  /** Lets go of one module's claim; the account is free when no module of this user's has one. */
  release(account: ConnectedAccount, by: { readonly userId: string; readonly module: string }): Promise<void>;
}
