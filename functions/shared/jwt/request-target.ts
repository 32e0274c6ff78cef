/** Comparing `htu` with a request's URL (RFC 9449 §4.3: without query and fragment, normalised by RFC 3986 §6.2). */

/**
 * Scheme and host in lower case, no default port, dot segments resolved, the escapes of unreserved characters undone and the
 * others in capitals.
 * @returns `undefined` for what is no http(s) URL.
 */
export function normalizeTarget(text: string): string | undefined {
  const url = URL.parse(text);
  if (!url || !/^https?:$/.test(url.protocol) || url.username !== '' || url.password !== '') return undefined;
  return url.origin + url.pathname.replace(/%[\da-f]{2}/gi, normalizeEscape);
}

function normalizeEscape(escape: string): string {
  const character = String.fromCodePoint(Number.parseInt(escape.slice(1), 16));
  return /[\w.~-]/.test(character) ? character : escape.toUpperCase();
}
