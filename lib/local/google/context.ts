/** What the endpoints of the local Google share. */
import type { OneTimeCodes } from '../front/one-time-codes.ts';
import type { Account, Accounts } from './accounts.ts';
import type { Grants } from './grants.ts';
import type { Mailboxes } from './mailboxes.ts';

/** May be changed at any time. */
export interface Settings {
  /** Google: about an hour. */
  accessTokenSeconds: number;
  /** Where a user gave access for a time only, or the consent screen is still in "Testing": `refresh_token_expires_in`. */
  refreshTokenSeconds: number | undefined;
  /** How many of the next consents yield no refresh token, whatever they ask for. */
  consentsWithoutRefreshToken: number;
  /** What every request with this client's credentials is refused with, such as `deleted_client`. */
  clientError: string | undefined;
}

/** What a code stands for. */
export interface CodeGrant {
  readonly account: Account;
  readonly scopes: readonly string[];
  readonly redirectUri: string;
  readonly codeChallenge: string | undefined;
  readonly withRefreshToken: boolean;
}

export interface Context {
  readonly clientId: string;
  readonly clientSecret: string;
  /** Matched exactly; another may be registered at any time. */
  readonly redirectUris: Set<string>;
  readonly settings: Settings;
  readonly accounts: Accounts;
  readonly grants: Grants;
  readonly codes: OneTimeCodes<CodeGrant>;
  readonly mailboxes: Mailboxes;
  /** How often each operation was asked for, faults included, and the grants at `token` by their type. */
  readonly calls: Map<string, number>;
}

export function count({ calls }: Pick<Context, 'calls'>, name: string): void {
  calls.set(name, (calls.get(name) ?? 0) + 1);
}
