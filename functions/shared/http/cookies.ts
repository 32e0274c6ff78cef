/** Cookies in and out (RFC 6265bis), by the `cookie` package; what is ours to decide is here. */
import { parseCookie, stringifySetCookie } from 'cookie';

/**
 * All values that the browser sent under a name. More than one means that a sibling domain set its own beside ours:
 * nobody can tell which is which, so callers take one value or none.
 */
export function cookieValues(cookies: readonly string[], name: string): readonly string[] {
  return cookies.map((pair) => parseCookie(pair)[name]).filter((value) => value !== undefined);
}

export function cookieNames(cookies: readonly string[]): readonly string[] {
  return [...new Set(cookies.flatMap((pair) => Object.keys(parseCookie(pair))))];
}

/** `HttpOnly; Secure; SameSite=Lax; Path=/` and no `Domain`: for this host alone, and sent when WorkOS leads back to us. */
const attributes = { httpOnly: true, secure: true, sameSite: 'lax', path: '/' } as const;

export function setCookie(name: string, value: string, maxAgeSeconds: number): string {
  return stringifySetCookie({ name, value, maxAge: maxAgeSeconds, ...attributes });
}

/** With the same attributes as when it was set: with others a browser would keep it. */
export function clearCookie(name: string): string {
  return setCookie(name, '', 0);
}
