/** The app's session: keeps the refresh token, hands out access tokens, and refreshes once however many ask. */
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { type Gatehouse, GatehouseError, type Tokens } from './gatehouse.ts';

export type AccessToken = Pick<Tokens, 'token' | 'tokenType'>;

export interface Kept {
  /** Where the refresh token goes, and nowhere else. */
  readonly gatehouseUrl: string;
  readonly refreshToken: string;
  /** Where tokens are bound to one. */
  readonly deviceKey?: object | undefined;
}

export interface SessionStore {
  read(): Promise<Kept | undefined>;
  write(kept: Kept): Promise<void>;
  clear(): Promise<void>;
}

/** A file that only this user may read. A real app asks the system: Keychain, Credential Manager, Secret Service. */
export function fileStore(path: string): SessionStore {
  return {
    async read() {
      const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return undefined;
        throw error;
      });
      return text === undefined ? undefined : (JSON.parse(text) as Kept);
    },
    async write(kept) {
      // Whole or not at all: half a refresh token signs the user out.
      await writeFile(`${path}.new`, JSON.stringify(kept), { mode: 0o600 });
      await rename(`${path}.new`, path);
    },
    clear: async () => rm(path, { force: true }),
  };
}

/** Not on the last second: it has to arrive. */
const marginMs = 60_000;
/** A lost answer is given again for 30 seconds; asking with the old token later than that ends the session. */
const repeatAfterMs = [1_000, 5_000];

export class Session {
  readonly #gatehouse: Gatehouse;
  readonly #store: SessionStore;
  readonly #wait: (ms: number) => Promise<unknown>;
  #access: (AccessToken & { readonly freshUntil: number }) | undefined;
  #refreshing: Promise<AccessToken> | undefined;

  constructor(gatehouse: Gatehouse, store: SessionStore, waitMs: (ms: number) => Promise<unknown> = wait) {
    this.#gatehouse = gatehouse;
    this.#store = store;
    this.#wait = waitMs;
  }

  /** Takes over the tokens of a login. */
  async begin(tokens: Tokens, kept: Omit<Kept, 'refreshToken'>): Promise<void> {
    await this.#keep(tokens, kept);
  }

  /** One that is good for another minute. @throws GatehouseError `unauthenticated` or `invalid_grant`: sign in anew. */
  async accessToken(): Promise<AccessToken> {
    if (this.#access && Date.now() < this.#access.freshUntil) return this.#access;
    return this.refresh();
  }

  /** For a token that was refused. Whoever asks while one runs gets its outcome: two would spend the same token. */
  async refresh(): Promise<AccessToken> {
    this.#refreshing ??= this.#refreshNow().finally(() => (this.#refreshing = undefined));
    return this.#refreshing;
  }

  /** Ends the session here and at WorkOS. When it throws, nothing is forgotten: repeat it. @throws GatehouseError */
  async signOut(): Promise<void> {
    // Its new token would come after the end.
    await this.#refreshing?.catch(() => undefined);
    const kept = await this.#store.read();
    if (kept) await this.#gatehouse.logout(kept.refreshToken);
    await this.#forget();
  }

  async #refreshNow(): Promise<AccessToken> {
    const kept = await this.#store.read();
    if (!kept) throw new GatehouseError('unauthenticated', 'Nobody is signed in.', { isTransient: false });
    try {
      return await this.#keep(await this.#ask(kept.refreshToken), kept);
    } catch (error) {
      // The one answer that ends it. No network, 429 and 503 leave the old token where it is, good as before.
      if (error instanceof GatehouseError && error.code === 'invalid_grant') await this.#forget();
      throw error;
    }
  }

  async #ask(refreshToken: string): Promise<Tokens> {
    for (const ms of repeatAfterMs) {
      try {
        return await this.#gatehouse.refresh(refreshToken);
      } catch (error) {
        if (!(error instanceof GatehouseError && error.isTransient)) throw error;
        await this.#wait(ms);
      }
    }
    return this.#gatehouse.refresh(refreshToken);
  }

  /** Stores the refresh token before anything uses its sister: a crash in between must not lose it. */
  async #keep(tokens: Tokens, kept: Omit<Kept, 'refreshToken'>): Promise<AccessToken> {
    await this.#store.write({ ...kept, refreshToken: tokens.refreshToken });
    const { token, tokenType, expiresIn } = tokens;
    this.#access = { token, tokenType, freshUntil: Date.now() + expiresIn * 1000 - marginMs };
    return this.#access;
  }

  async #forget(): Promise<void> {
    this.#access = undefined;
    await this.#store.clear();
  }
}
