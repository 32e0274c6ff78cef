/**
 * An app's authorization request (RFC 6749 §4.1.1, RFC 7636 §4.3, RFC 8252) and the answer to it. `/login?origin=native` and
 * `/oauth/authorize` are two faces of it, which differ only in how the answer is written into the redirect.
 */
import type { LoginErrorCode } from './auth-error.ts';
import { type AuthorizationRequestError, toAuthorizationError } from './authorization-error.ts';
import {
  findClient,
  findRedirect,
  matchRedirectUri,
  type NativeClient,
  type NativeRedirect,
  redirectKey,
  redirectUriOf,
} from './native-clients.ts';
import type { AuthorizationFace, NativeTransaction } from './native-transaction.ts';

export const requiredNativeParameters = [
  'client_id',
  'redirect_uri',
  'state',
  'code_challenge',
  'code_challenge_method',
] as const;
export type RequiredNativeParameter = (typeof requiredNativeParameters)[number];
export type NativeParameter = RequiredNativeParameter | 'dpop_jkt';

/** Each given once; `''` stands for one that is empty or given more than once. */
export type NativeParameters = Readonly<Partial<Record<NativeParameter, string | undefined>>>;

/** The way back to an app. */
export interface AppReturn {
  readonly face: AuthorizationFace;
  readonly redirectUri: string;
  /** `iss` (RFC 9207). */
  readonly issuer: string;
  /** The app's; `undefined` where it sent none that could be given back. */
  readonly state: string | undefined;
}

export type NativeRequest =
  | {
      readonly outcome: 'accepted';
      readonly redirect: NativeRedirect;
      readonly transaction: NativeTransaction;
      readonly appReturn: AppReturn;
    }
  /** Names no app or no way back to it, so that nobody but the person in front can be told. */
  | { readonly outcome: 'incomplete'; readonly missing: readonly RequiredNativeParameter[] }
  /** No such app, or no such way back: a redirect would be a stranger's. */
  | { readonly outcome: 'refused'; readonly code: 'invalid_client' | 'invalid_redirect_uri' }
  /** The app's mistake, for the app to hear of. */
  | { readonly outcome: 'failed'; readonly appReturn: AppReturn; readonly wrong: readonly NativeParameter[] };

/** It comes back as it was sent, through a cookie with little room. */
const maxStateBytes = 128;

export interface NativeRequestRules {
  readonly face: AuthorizationFace;
  readonly clients: readonly NativeClient[];
  readonly issuer: string;
}

export function readNativeRequest(parameters: NativeParameters, rules: NativeRequestRules): NativeRequest {
  const { face, clients, issuer } = rules;
  const { client_id: clientId, redirect_uri: redirectUri, dpop_jkt: dpopThumbprint } = parameters;
  // PKCE does what `state` is for (RFC 9700 §2.1.1): an OAuth client may do without.
  const mayOmitState = face === 'oauth';
  if (!clientId || !redirectUri) {
    const required = requiredNativeParameters.filter((name) => name !== 'state' || !mayOmitState);
    return { outcome: 'incomplete', missing: required.filter((name) => !parameters[name]) };
  }
  const client = findClient(clients, clientId);
  if (!client) return { outcome: 'refused', code: 'invalid_client' };
  const redirect = matchRedirectUri(client, redirectUri);
  if (!redirect) return { outcome: 'refused', code: 'invalid_redirect_uri' };

  const { state, code_challenge: codeChallenge = '', code_challenge_method: method } = parameters;
  const isGood: Readonly<Record<Exclude<NativeParameter, 'client_id' | 'redirect_uri'>, boolean>> = {
    state: state === undefined ? mayOmitState : isReturnable(state),
    code_challenge: isSha256(codeChallenge),
    // RFC 9700 §2.1.1: without a method it would be `plain`, which protects nothing on a device that leaks the request.
    code_challenge_method: method === 'S256',
    dpop_jkt: dpopThumbprint === undefined || isSha256(dpopThumbprint),
  };
  const wrong = (['state', 'code_challenge', 'code_challenge_method', 'dpop_jkt'] as const).filter(
    (name) => !isGood[name],
  );
  const appReturn = { face, redirectUri, issuer, state: isGood.state ? state : undefined };
  if (wrong.length > 0) return { outcome: 'failed', appReturn, wrong };
  const { port } = redirect;
  const transaction = { face, redirectKey: redirectKey(redirect), port, state, codeChallenge, dpopThumbprint };
  return { outcome: 'accepted', redirect, transaction, appReturn };
}

/**
 * Wider than RFC 6749 appendix A.5, which has printable ASCII only: any text that a URL can carry there and back. U+FFFD stands
 * for bytes that were no text.
 */
export function isReturnable(state: string): boolean {
  return state !== '' && Buffer.byteLength(state) <= maxStateBytes && !/[\p{Cc}\uFFFD]/u.test(state);
}

/** SHA-256 in base64url. The last of 43 characters has bits to spare, which would be lost on the way. */
function isSha256(text: string): boolean {
  return text.length === 43 && Buffer.from(text, 'base64url').toString('base64url') === text;
}

/** @returns `undefined` when the settings no longer have the client or its redirect. */
export function returnOf(
  { face, redirectKey: key, port, state }: NativeTransaction,
  { clients, issuer }: Omit<NativeRequestRules, 'face'>,
): { readonly client: NativeClient; readonly appReturn: AppReturn } | undefined {
  const redirect = findRedirect(clients, key, port);
  return (
    redirect && { client: redirect.client, appReturn: { face, redirectUri: redirectUriOf(redirect), issuer, state } }
  );
}

/** @param ticket the one thing in there that is worth something, and only to who has the verifier too. */
export function successRedirect(
  { face, redirectUri, issuer, state }: AppReturn,
  { userId, ticket }: { readonly userId: string; readonly ticket: string },
): string {
  const own = face === 'oauth' ? { code: ticket } : { ok: '1', uid: userId, ticket };
  return withQuery(redirectUri, { ...own, state, iss: issuer });
}

/** @param parameter what it is that is wrong with a request. */
export function failureRedirect(
  { face, redirectUri, issuer, state }: AppReturn,
  error: LoginErrorCode | AuthorizationRequestError,
  parameter?: string,
): string {
  const own = face === 'oauth' ? toAuthorizationError(error, parameter) : { ok: '0', error };
  return withQuery(redirectUri, { ...own, state, iss: issuer });
}

/**
 * A registered redirect has no query of its own. Not `URLSearchParams`, whose `+` for a space not every platform's URL parser
 * reads back, and not `URL`, which rewrites what was registered.
 */
export function withQuery(redirectUri: string, parameters: Readonly<Record<string, string | undefined>>): string {
  const pairs = Object.entries(parameters).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}=${encodeURIComponent(value)}`],
  );
  return `${redirectUri}?${pairs.join('&')}`;
}
