/** What the endpoints of the local GitHub share. */
import type { OneTimeCodes } from '../front/one-time-codes.ts';
import type { Account, Accounts } from './accounts.ts';
import type { Tokens } from './tokens.ts';

/** May be changed at any time. */
export interface Settings {
  /** Whether the app's user tokens expire and come with a refresh token. */
  expiringTokens: boolean;
  /** GitHub: 8 hours. */
  accessTokenSeconds: number;
  /** GitHub: 6 months. */
  refreshTokenSeconds: number;
}

/** What a code stands for. */
export interface CodeGrant {
  readonly account: Account;
  readonly scopes: readonly string[];
  readonly redirectUri: string;
  readonly codeChallenge: string | undefined;
}

export interface Context {
  readonly url: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** Matched exactly; another may be registered at any time. */
  readonly redirectUris: Set<string>;
  readonly settings: Settings;
  readonly accounts: Accounts;
  readonly tokens: Tokens;
  readonly codes: OneTimeCodes<CodeGrant>;
}
