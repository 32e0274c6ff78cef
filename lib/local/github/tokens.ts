/** Tokens of GitHub users for the app: with expiry, a refresh spends the refresh token and ends the access token at once. */
import { randomBytes } from 'node:crypto';
import type { Account } from './accounts.ts';
import type { Settings } from './context.ts';

interface Token {
  readonly account: Account;
  readonly scopes: readonly string[];
  /** Instants in milliseconds. */
  readonly expiresAt: number;
  readonly refreshToken: string | undefined;
  readonly refreshTokenExpiresAt: number;
}

/** As `POST /login/oauth/access_token` answers. */
export interface TokenAnswer {
  readonly access_token: string;
  readonly scope: string;
  readonly token_type: 'bearer';
  readonly expires_in?: number;
  readonly refresh_token?: string;
  readonly refresh_token_expires_in?: number;
}

/** More of a user, an app and a set of scopes end the oldest, without a word. */
const maxTokens = 10;

export class Tokens {
  readonly #now: () => Date;
  readonly #settings: Settings;
  readonly #tokens = new Map<string, Token>();

  constructor(now: () => Date, settings: Settings) {
    this.#now = now;
    this.#settings = settings;
  }

  issue(account: Account, scopes: readonly string[]): TokenAnswer {
    const alike = [...this.#tokens].filter(
      ([, token]) => token.account.id === account.id && token.scopes.join() === scopes.join(),
    );
    for (const [text] of alike.slice(0, Math.max(0, alike.length - maxTokens + 1))) this.#tokens.delete(text);

    const { expiringTokens, accessTokenSeconds, refreshTokenSeconds } = this.#settings;
    const accessToken = `gho_${randomBytes(18).toString('hex')}`;
    const refreshToken = expiringTokens ? `ghr_${randomBytes(38).toString('hex')}` : undefined;
    this.#tokens.set(accessToken, {
      account,
      scopes,
      expiresAt: expiringTokens ? this.#in(accessTokenSeconds) : Infinity,
      refreshToken,
      refreshTokenExpiresAt: this.#in(refreshTokenSeconds),
    });
    return {
      access_token: accessToken,
      scope: scopes.join(','),
      token_type: 'bearer',
      ...(refreshToken !== undefined && {
        expires_in: accessTokenSeconds,
        refresh_token: refreshToken,
        refresh_token_expires_in: refreshTokenSeconds,
      }),
    };
  }

  /** Without grace: whoever comes second has lost. `undefined` when the refresh token is worth nothing. */
  refresh(refreshToken: string): TokenAnswer | undefined {
    const found = [...this.#tokens].find(([, token]) => token.refreshToken === refreshToken);
    if (found === undefined || found[1].refreshTokenExpiresAt <= this.#now().getTime()) return undefined;
    this.#tokens.delete(found[0]);
    return this.issue(found[1].account, found[1].scopes);
  }

  /** Whose token it is, and for what; `undefined` when it is worth nothing. */
  find(accessToken: string): Pick<Token, 'account' | 'scopes'> | undefined {
    const token = this.#tokens.get(accessToken);
    return token !== undefined && token.expiresAt > this.#now().getTime() ? token : undefined;
  }

  /** This token and its refresh token, no other. @returns whether it was worth anything. */
  revoke(accessToken: string): boolean {
    const isLive = this.find(accessToken) !== undefined;
    // An expired one is not known any more by itself, while its refresh token lives on.
    if (isLive) this.#tokens.delete(accessToken);
    return isLive;
  }

  revokeAll(account: Account): void {
    for (const [text, token] of this.#tokens) if (token.account.id === account.id) this.#tokens.delete(text);
  }

  /** The access tokens; their refresh tokens stay. */
  expire(account: Account): void {
    for (const [text, token] of this.#tokens) {
      if (token.account.id === account.id) this.#tokens.set(text, { ...token, expiresAt: 0 });
    }
  }

  /** Scopes of each token that still opens something. */
  of(account: Account): readonly (readonly string[])[] {
    return [...this.#tokens.entries()]
      .filter(([text, token]) => token.account.id === account.id && this.find(text) !== undefined)
      .map(([, { scopes }]) => scopes);
  }

  #in(seconds: number): number {
    return this.#now().getTime() + seconds * 1000;
  }
}
