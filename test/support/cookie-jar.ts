/** What a browser keeps of `Set-Cookie` values, as the `name=value` pairs of its next request. */

/** Later values win; `Max-Age=0` removes. */
export function keepCookies(before: readonly string[], setCookies: readonly string[]): readonly string[] {
  const kept = new Map(before.map((pair) => [nameOf(pair), pair]));
  for (const setCookie of setCookies) {
    const [pair = '', ...attributes] = setCookie.split('; ');
    if (attributes.includes('Max-Age=0')) kept.delete(nameOf(pair));
    else kept.set(nameOf(pair), pair);
  }
  return [...kept.values()];
}

const nameOf = (pair: string): string => pair.slice(0, pair.indexOf('='));
