/** The way back to an app whose user was asked to consent to a module. */
import type { ConnectErrorCode } from './auth-error.ts';
import type { NativeConnect } from './connect-transaction.ts';
import { withQuery } from './native-authorization.ts';
import { findRedirect, type NativeClient, redirectUriOf } from './native-clients.ts';

export interface ConnectReturn {
  readonly redirectUri: string;
  readonly module: string;
  /** The app's. */
  readonly state: string | undefined;
  /** `iss` (RFC 9207). */
  readonly issuer: string;
}

/** @returns `undefined` when the settings no longer have the client or its redirect. */
export function connectReturnOf(
  { redirectKey, port, state }: NativeConnect,
  module: string,
  { clients, issuer }: { readonly clients: readonly NativeClient[]; readonly issuer: string },
): { readonly client: NativeClient; readonly connectReturn: ConnectReturn } | undefined {
  const redirect = findRedirect(clients, redirectKey, port);
  return (
    redirect && {
      client: redirect.client,
      connectReturn: { redirectUri: redirectUriOf(redirect), module, state, issuer },
    }
  );
}

/** @param ticket connects nothing without the JWT of the session that asked. */
export function connectSuccessRedirect({ redirectUri, module, state, issuer }: ConnectReturn, ticket: string): string {
  return withQuery(redirectUri, { ok: '1', module, ticket, state, iss: issuer });
}

export function connectFailureRedirect(
  { redirectUri, module, state, issuer }: ConnectReturn,
  error: ConnectErrorCode,
): string {
  return withQuery(redirectUri, { ok: '0', error, module, state, iss: issuer });
}
