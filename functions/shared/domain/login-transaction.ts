/**
 * One login between `/login` and `/callback`, kept by the browser alone: state and PKCE (RFC 7636) in one sealed cookie per flow.
 * Consents to modules go the same way (connect-transaction.ts).
 *
 * The cookie holds a random seed; the code verifier is derived from it. The `state` parameter is `id | issuedAt | MAC` in
 * base64url: it names its cookie, and proves without one that we issued it and when, so that "took too long" and "was never
 * started here" can be told apart. It never proves that this browser started it: only the cookie does.
 */
import { createHash, createHmac, randomBytes } from 'node:crypto';
import { isEqual } from '../crypto/constant-time.ts';
import type { CookiePasswords } from '../crypto/cookie-passwords.ts';
import { type BoxKey, deriveBoxKey, openBox, sealBox } from '../crypto/sealed-box.ts';
import { decodeNativeTransaction, encodeNativeTransaction, type NativeTransaction } from './native-transaction.ts';

export const loginTransactionTtlSeconds = 600;
export const maxLoginTransactions = 5;
const cookiePrefix = '__Host-gh-login-';
const purpose = 'login-transaction';

const idBytes = 9;
const timeBytes = 4;
const macBytes = 16;
const seedBytes = 16;
const idCharacters = (idBytes * 4) / 3;
/** The first byte of a cookie's content. A `confirmation` is what becomes of a native login whose person is asked. */
export const flowKinds = { web: 1, native: 2, confirmation: 3, connect: 4, nativeConnect: 5 } as const;

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
  /** Where the login is an app's. It has no `returnTo` then. */
  readonly native?: NativeTransaction;
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
  const { native, provider, issuedAt } = transaction;
  return startFlowCookie(
    {
      kind: native ? flowKinds.native : flowKinds.web,
      detail: loginProviders.indexOf(provider),
      issuedAt,
      rest: native ? encodeNativeTransaction(native) : Buffer.from(transaction.returnTo ?? ''),
    },
    passwords,
    stage,
  );
}

/** What a flow begins with; `detail` is a byte of its kind's own. */
export interface NewFlow {
  readonly kind: number;
  readonly detail: number;
  readonly issuedAt: Date;
  readonly rest: Buffer;
}

/** Begins a flow of whichever kind: its state, its verifier and its cookie. */
export function startFlowCookie(
  { kind, detail, issuedAt, rest }: NewFlow,
  passwords: CookiePasswords,
  stage: string,
): StartedLogin {
  const key = keyFor(passwords[0], stage);
  const id = randomBytes(idBytes);
  const seed = randomBytes(seedBytes);
  const time = toBytes(issuedAt);
  const cookieName = cookiePrefix + id.toString('base64url');
  const plaintext = Buffer.concat([Buffer.of(kind, detail), time, seed, rest]);
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
  cookie: FlowCookie,
  passwords: CookiePasswords,
  stage: string,
): (LoginTransaction & { codeVerifier: string }) | undefined {
  const opened = openFlowCookie(cookie, passwords, stage);
  if (opened?.kind !== flowKinds.web && opened?.kind !== flowKinds.native) return undefined;
  const { kind, issuedAt, detail, seed, rest, key } = opened;
  const provider = loginProviders[detail];
  if (!provider) return undefined;
  const login = { issuedAt, provider, codeVerifier: deriveVerifier(key, seed) };
  if (kind === flowKinds.web) return { ...login, returnTo: rest.length === 0 ? undefined : rest.toString() };
  const native = decodeNativeTransaction(rest);
  return native && { ...login, returnTo: undefined, native };
}

/** What takes a native login's place in its cookie while a person is asked: the flow keeps its name, and its ten minutes start anew. */
export function startConfirmation(
  cookieName: string,
  { issuedAt, provider }: Pick<LoginTransaction, 'issuedAt' | 'provider'>,
  passwords: CookiePasswords,
  stage: string,
): { readonly cookieValue: string; readonly nonce: string } {
  const nonce = randomBytes(seedBytes);
  const kindAndProvider = Buffer.of(flowKinds.confirmation, loginProviders.indexOf(provider));
  const plaintext = Buffer.concat([kindAndProvider, toBytes(issuedAt), nonce]);
  const cookieValue = sealBox(plaintext, keyFor(passwords[0], stage), cookieName);
  return { cookieValue, nonce: nonce.toString('base64url') };
}

/** The nonce that ties what a person is asked to this browser. */
export function openConfirmation(
  cookie: FlowCookie,
  passwords: CookiePasswords,
  stage: string,
): { readonly issuedAt: Date; readonly nonce: string } | undefined {
  const opened = openFlowCookie(cookie, passwords, stage);
  if (opened?.kind !== flowKinds.confirmation) return undefined;
  return { issuedAt: opened.issuedAt, nonce: opened.seed.toString('base64url') };
}

/** Since when this flow is at its present step, whichever that is. */
export function flowIssuedAt(cookie: FlowCookie, passwords: CookiePasswords, stage: string): Date | undefined {
  return openFlowCookie(cookie, passwords, stage)?.issuedAt;
}

export interface FlowCookie {
  readonly name: string;
  readonly value: string;
}

/** `kind | provider or module | issuedAt | seed or nonce | rest`. */
export function openFlowCookie(cookie: FlowCookie, passwords: CookiePasswords, stage: string) {
  for (const password of passwords) {
    const key = keyFor(password, stage);
    const plaintext = openBox(cookie.value, key, cookie.name);
    const kind = Object.values(flowKinds).find((known) => known === plaintext?.[0]);
    if (!plaintext || kind === undefined) continue;
    const seedAt = 2 + timeBytes;
    return {
      kind,
      detail: plaintext.readUInt8(1),
      issuedAt: new Date(plaintext.readUInt32BE(2) * 1000),
      seed: plaintext.subarray(seedAt, seedAt + seedBytes),
      rest: plaintext.subarray(seedAt + seedBytes),
      key,
    };
  }
  return undefined;
}

function toBytes(time: Date): Buffer {
  const bytes = Buffer.alloc(timeBytes);
  bytes.writeUInt32BE(Math.floor(time.getTime() / 1000));
  return bytes;
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

export function deriveVerifier(key: BoxKey, seed: Buffer): string {
  return createHmac('sha256', key.authentication).update('verifier').update(seed).digest('base64url');
}
