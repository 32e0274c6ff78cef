/** Native apps that may sign users in: registered in the stage's settings (lib/stages.ts), public clients (RFC 8252 §8.4). */
import { createHash } from 'node:crypto';
import * as v from 'valibot';

export const nativeClient = v.object({
  /** `client_id` (RFC 6749 §2.2). */
  id: v.string(),
  /** As the confirmation page names it. */
  name: v.string(),
  /** Matched exactly; a loopback one (`http://127.0.0.1/…`, `http://[::1]/…`) matches on any port (RFC 8252 §7.3). */
  redirectUris: v.array(v.string()),
  /** Whether a person is asked before an app gets its ticket (RFC 8252 §8.6). */
  confirm: v.picklist(['page', 'none']),
});

export type NativeClient = v.InferOutput<typeof nativeClient>;

export interface NativeRedirect {
  readonly client: NativeClient;
  /** One of the client's `redirectUris`, as registered. */
  readonly registered: string;
  /** Of a loopback redirect whose app named one. */
  readonly port: number | undefined;
}

/** A loopback redirect with the port on which its app listens. Five digits at most, and no notation but the plain one. */
const loopbackWithPort = /^(http:\/\/(?:127\.0\.0\.1|\[::1\])):([1-9]\d{0,4})(\/.*)$/s;
const highestPort = 65_535;

export function findClient(clients: readonly NativeClient[], clientId: string): NativeClient | undefined {
  return clients.find(({ id }) => id === clientId);
}

/**
 * Compares characters and never URLs (RFC 9700 §2.1): what a URL parser would make equal (case, dots, a default port, an
 * empty fragment) is not what was registered.
 */
export function matchRedirectUri(client: NativeClient, redirectUri: string): NativeRedirect | undefined {
  const [, origin, digits, path] = loopbackWithPort.exec(redirectUri) ?? [];
  const port = digits === undefined ? undefined : Number(digits);
  if (port !== undefined && port > highestPort) return undefined;
  const wanted = origin === undefined || path === undefined ? redirectUri : origin + path;
  const registered = client.redirectUris.find((uri) => uri === wanted);
  return registered === undefined ? undefined : { client, registered, port };
}

/** Where the browser is sent: the redirect as its app asked for it. */
export function redirectUriOf({ registered, port }: NativeRedirect): string {
  return port === undefined ? registered : registered.replace(/^http:\/\/[^/]+/, (origin) => `${origin}:${port}`);
}

export const redirectKeyBytes = 8;

/** Names a client's redirect in few bytes. It travels sealed, so it has to tell those of one stage apart and no more. */
export function redirectKey({ client, registered }: NativeRedirect): string {
  return createHash('sha256')
    .update(`${client.id} ${registered}`)
    .digest('hex')
    .slice(0, redirectKeyBytes * 2);
}

/** @returns `undefined` when the settings no longer have it. */
export function findRedirect(
  clients: readonly NativeClient[],
  key: string,
  port: number | undefined,
): NativeRedirect | undefined {
  return clients
    .flatMap((client) => client.redirectUris.map((registered) => ({ client, registered, port })))
    .find((redirect) => redirectKey(redirect) === key);
}
