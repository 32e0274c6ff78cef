/** What people granted to the project, and the tokens for it. A consent is the project's: revoking any token ends all of it. */
import { randomBytes } from 'node:crypto';
import type { Account } from './accounts.ts';
import type { Settings } from './context.ts';

interface Token {
  readonly account: Account;
  readonly scopes: readonly string[];
  /** Instant in milliseconds. */
  readonly expiresAt: number;
}

/** As `POST /token` answers. */
export interface TokenAnswer {
  readonly access_token: string;
  readonly expires_in: number;
  readonly refresh_token?: string;
  readonly refresh_token_expires_in?: number;
  readonly scope: string;
  readonly token_type: 'Bearer';
}

/** More of an account and a client end the oldest, without a word. */
const maxRefreshTokens = 100;

export class Grants {
  readonly #now: () => Date;
  readonly #settings: Settings;
  /** Scopes by `sub`. */
  readonly #consents = new Map<string, ReadonlySet<string>>();
  readonly #accessTokens = new Map<string, Token>();
  readonly #refreshTokens = new Map<string, Token>();

  constructor(now: () => Date, settings: Settings) {
    this.#now = now;
    this.#settings = settings;
  }

  /** All scopes that the account has granted so far; `undefined` when none. */
  consented(account: Account): readonly string[] | undefined {
    const scopes = this.#consents.get(account.sub);
    return scopes && [...scopes];
  }

  refreshTokens(account: Account): readonly string[] {
    return [...this.#refreshTokens].filter(([, token]) => token.account.sub === account.sub).map(([text]) => text);
  }

  issue(account: Account, scopes: readonly string[], withRefreshToken: boolean): TokenAnswer {
    this.#consents.set(account.sub, new Set([...(this.#consents.get(account.sub) ?? []), ...scopes]));
    const answer = this.#issueAccessToken(account, scopes);
    if (!withRefreshToken) return answer;
    const [oldest, ...others] = this.refreshTokens(account);
    if (oldest !== undefined && others.length + 1 >= maxRefreshTokens) this.#refreshTokens.delete(oldest);
    const refreshToken = `1//0${randomBytes(36).toString('base64url')}`;
    const { refreshTokenSeconds = Infinity } = this.#settings;
    this.#refreshTokens.set(refreshToken, { account, scopes, expiresAt: this.#in(refreshTokenSeconds) });
    return {
      ...answer,
      refresh_token: refreshToken,
      ...(refreshTokenSeconds !== Infinity && { refresh_token_expires_in: refreshTokenSeconds }),
    };
  }

  /** The refresh token stays as it is. `undefined` when it is worth nothing. */
  refresh(refreshToken: string): TokenAnswer | undefined {
    const token = this.#live(this.#refreshTokens, refreshToken);
    return token && this.#issueAccessToken(token.account, token.scopes);
  }

  /** Whose access token it is, and for what; `undefined` when it is worth nothing. */
  access(accessToken: string): Omit<Token, 'expiresAt'> | undefined {
    return this.#live(this.#accessTokens, accessToken);
  }

  /** @returns whether the token was worth anything. */
  revoke(text: string): boolean {
    const token = this.#live(this.#accessTokens, text) ?? this.#live(this.#refreshTokens, text);
    if (token !== undefined) this.revokeAll(token.account);
    return token !== undefined;
  }

  /** The consent and every token, whichever of them it was for. */
  revokeAll(account: Account): void {
    this.#consents.delete(account.sub);
    for (const tokens of [this.#accessTokens, this.#refreshTokens]) {
      for (const [text, token] of tokens) if (token.account.sub === account.sub) tokens.delete(text);
    }
  }

  expireAccessTokens(account: Account): void {
    for (const [text, token] of this.#accessTokens) {
      if (token.account.sub === account.sub) this.#accessTokens.delete(text);
    }
  }

  #issueAccessToken(account: Account, scopes: readonly string[]): TokenAnswer {
    const accessToken = `ya29.${randomBytes(60).toString('base64url')}`;
    const { accessTokenSeconds } = this.#settings;
    this.#accessTokens.set(accessToken, { account, scopes, expiresAt: this.#in(accessTokenSeconds) });
    return { access_token: accessToken, expires_in: accessTokenSeconds, scope: scopes.join(' '), token_type: 'Bearer' };
  }

  #in(seconds: number): number {
    return this.#now().getTime() + seconds * 1000;
  }

  #live(tokens: ReadonlyMap<string, Token>, text: string): Token | undefined {
    const token = tokens.get(text);
    return token !== undefined && token.expiresAt > this.#now().getTime() ? token : undefined;
  }
}
