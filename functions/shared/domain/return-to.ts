/** Where a browser may be sent after a login: a path of this origin, or a URL of an origin that the stage lists. */

const maxBytes = 256;
/** Going back there would start over, sign out, or replay a callback. */
const forbiddenPaths: ReadonlySet<string> = new Set(['/login', '/logout', '/callback']);
/** Printable ASCII without space, backslash, `"`, `<`, `>`: what a URL may hold once encoded, and nothing a browser strips or turns. */
const plainCharacters = /^[!#-;=?-[\]^-~]+$/;
/** An encoded slash, backslash, dot or control character: harmless alone, but some router behind us may decode once more. */
const encodedTrick = /%(?:2f|5c|2e|25|[01][0-9a-f]|7f)/i;

export interface ReturnToRules {
  /** Origin of this deployment: `https://auth.example.com`. */
  readonly publicUrl: string;
  readonly webOrigins: readonly string[];
}

/**
 * Reads a `return_to` parameter. It is refused by silence: a bad one must not stop a login.
 * @returns a path that starts with exactly one `/`, or an absolute URL of a listed origin; `undefined` for anything else.
 */
export function parseReturnTo(value: string | null | undefined, rules: ReturnToRules): string | undefined {
  if (!value || value.length > maxBytes || !plainCharacters.test(value)) return undefined;
  return value.startsWith('/') ? parsePath(value, rules.publicUrl) : parseListedUrl(value, rules.webOrigins);
}

function parsePath(value: string, publicUrl: string): string | undefined {
  const url = URL.parse(value, publicUrl);
  // Only what the URL parser leaves untouched and on this origin: dot segments and `//host` do not survive this comparison.
  if (!url || url.pathname + url.search + url.hash !== value) return undefined;
  if (hasTrick(url.pathname) || forbiddenPaths.has(url.pathname.replace(/\/$/, '').toLowerCase())) return undefined;
  return value;
}

function parseListedUrl(value: string, webOrigins: readonly string[]): string | undefined {
  const url = URL.parse(value);
  // `startsWith`, since a `blob:` URL has the origin of what it holds.
  if (!url || !webOrigins.includes(url.origin) || !value.startsWith(url.origin)) return undefined;
  // Odd notations of a host, and userinfo, come out of the parser differently than they went in.
  if (url.href !== value && url.href !== `${value}/`) return undefined;
  return url.username !== '' || url.password !== '' || hasTrick(url.pathname) ? undefined : value;
}

const hasTrick = (pathname: string): boolean => encodedTrick.test(pathname) || pathname.includes('//');
