/** Where a browser goes when a consent to a module is over, and what it is told there. */
import type { ConnectErrorCode } from './auth-error.ts';

export type ConnectEnd = { readonly connected: string } | { readonly connect_error: ConnectErrorCode };

/**
 * @param returnTo from `parseReturnTo()`; the account page unless given.
 * @returns a path of this origin, or the absolute URL that `returnTo` is. What an earlier consent left in it goes.
 */
export function connectEndUrl(returnTo: string | undefined, end: ConnectEnd, publicUrl: string): string {
  const { origin } = new URL(publicUrl);
  const target = new URL(returnTo ?? '/dashboard', origin);
  for (const name of ['connected', 'connect_error']) target.searchParams.delete(name);
  for (const [name, value] of Object.entries(end)) target.searchParams.set(name, value);
  return target.origin === origin ? target.pathname + target.search + target.hash : target.href;
}
