/**
 * One login between `/login` and `/callback`, kept by the browser alone: state and PKCE (RFC 7636) in one sealed cookie per flow.
 *
 * The cookie holds a random seed; the code verifier is derived from it. The `state` parameter is `id | issuedAt | MAC` in
 * base64url: it names its cookie, and proves without one that we issued it and when, so that "took too long" and "was never
 * started here" can be told apart. It never proves that this browser started it: only the cookie does.
 */
import { createHash, createHmac, randomBytes } from 'node:crypto';
import { isEqual } from '../crypto/constant-time.ts';
import type { CookiePasswords } from '../crypto/cookie-passwords.ts';
import { type BoxKey, deriveBoxKey, openBox, sealBox } from '../crypto/sealed-box.ts';

export const loginTransactionTtlSeconds = 600;
export const maxLoginTransactions = 5;
const cookiePrefix = '__Host-gh-login-';
const purpose = 'login-transaction';

const idBytes = 9;
const timeBytes = 4;
const macBytes = 16;
const seedBytes = 16;
const idCharacters = (idBytes * 4) / 3;
const formatVersion = 1;

/** What WorkOS calls a provider, or `connection` for one picked by its id. One byte in the cookie: only ever append. */
export const loginProviders = [
  'authkit',
  'connection',
  'AppleOAuth',
  'BitbucketOAuth',
  'DiscordOAuth',
  'GitHubOAuth',
  'GitLabOAuth',
  'GoogleOAuth',
  'IntuitOAuth',
  'LinkedInOAuth',
  'MicrosoftOAuth',
  'SalesforceOAuth',
  'SlackOAuth',
  'VercelMarketplaceOAuth',
  'VercelOAuth',
  'XeroOAuth',
] as const;
export type LoginProvider = (typeof loginProviders)[number];

export interface LoginTransaction {
  readonly issuedAt: Date;
  readonly provider: LoginProvider;
  readonly returnTo: string | undefined;
}

export interface StartedLogin {
  readonly state: string;
  /** RFC 7636 §4.1, 43 characters. */
  readonly codeVerifier: string;
  /** RFC 7636 §4.2, S256. */
  readonly codeChallenge: string;
  readonly cookieName: string;
  readonly cookieValue: string;
}

const keyFor = (password: string, stage: string): BoxKey => deriveBoxKey(password, purpose, stage);

/** Starts a flow: new id, seed, state and verifier on every call. */
export function startLogin(transaction: LoginTransaction, passwords: CookiePasswords, stage: string): StartedLogin {
  const key = keyFor(passwords[0], stage);
  const id = randomBytes(idBytes);
  const seed = randomBytes(seedBytes);
  const time = Buffer.alloc(timeBytes);
  time.writeUInt32BE(Math.floor(transaction.issuedAt.getTime() / 1000));
  const cookieName = cookiePrefix + id.toString('base64url');
  const plaintext = Buffer.concat([
    Buffer.of(formatVersion, loginProviders.indexOf(transaction.provider)),
    time,
    seed,
    Buffer.from(transaction.returnTo ?? ''),
  ]);
  const codeVerifier = deriveVerifier(key, seed);
  return {
    state: Buffer.concat([id, time, stateMac(key, id, time)]).toString('base64url'),
    codeVerifier,
    codeChallenge: createHash('sha256').update(codeVerifier).digest('base64url'),
    cookieName,
    cookieValue: sealBox(plaintext, key, cookieName),
  };
}

/** What a `state` that came back says about itself: its cookie's name, and since when it is. `undefined`: not one of ours. */
export function readState(
  state: string,
  passwords: CookiePasswords,
  stage: string,
): { cookieName: string; issuedAt: Date } | undefined {
  const bytes = Buffer.from(state, 'base64url');
  if (bytes.length !== idBytes + timeBytes + macBytes || bytes.toString('base64url') !== state) return undefined;
  const id = bytes.subarray(0, idBytes);
  const time = bytes.subarray(idBytes, idBytes + timeBytes);
  const mac = bytes.subarray(idBytes + timeBytes).toString('base64url');
  const isOurs = passwords.some((password) =>
    isEqual(stateMac(keyFor(password, stage), id, time).toString('base64url'), mac),
  );
  return isOurs
    ? { cookieName: cookiePrefix + id.toString('base64url'), issuedAt: new Date(time.readUInt32BE() * 1000) }
    : undefined;
}

/** Opens a flow's cookie. `undefined`: no cookie of ours, or another flow's. Whether it is still in time is `isExpired`'s. */
export function openLogin(
  cookie: { name: string; value: string },
  passwords: CookiePasswords,
  stage: string,
): (LoginTransaction & { codeVerifier: string }) | undefined {
  for (const password of passwords) {
    const key = keyFor(password, stage);
    const plaintext = openBox(cookie.value, key, cookie.name);
    if (!plaintext || plaintext[0] !== formatVersion) continue;
    const provider = loginProviders[plaintext[1] ?? -1];
    if (!provider) continue;
    const seed = plaintext.subarray(2 + timeBytes, 2 + timeBytes + seedBytes);
    const returnTo = plaintext.subarray(2 + timeBytes + seedBytes).toString();
    return {
      issuedAt: new Date(plaintext.readUInt32BE(2) * 1000),
      provider,
      returnTo: returnTo === '' ? undefined : returnTo,
      codeVerifier: deriveVerifier(key, seed),
    };
  }
  return undefined;
}

export function isLoginCookie(name: string): boolean {
  return name.startsWith(cookiePrefix) && name.length === cookiePrefix.length + idCharacters;
}

export function isExpired(issuedAt: Date, now: Date): boolean {
  return now.getTime() - issuedAt.getTime() > loginTransactionTtlSeconds * 1000;
}

function stateMac(key: BoxKey, id: Buffer, time: Buffer): Buffer {
  return createHmac('sha256', key.authentication)
    .update('state')
    .update(id)
    .update(time)
    .digest()
    .subarray(0, macBytes);
}

function deriveVerifier(key: BoxKey, seed: Buffer): string {
  return createHmac('sha256', key.authentication).update('verifier').update(seed).digest('base64url');
}
