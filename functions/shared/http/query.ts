/** Query parameters (RFC 6749 §3.1: parameters must not be included more than once). */

/** @returns `undefined` when absent, and `''` when given more than once: no value of anything. */
export function singleParameter(query: URLSearchParams, name: string): string | undefined {
  const [value, ...more] = query.getAll(name);
  return more.length > 0 ? '' : value;
}

/** Those of the named parameters that are there, each as `singleParameter()` reads it: what a schema then parses. */
export function singleParameters(query: URLSearchParams, names: readonly string[]): Record<string, unknown> {
  const given = names.filter((name) => query.has(name));
  return Object.fromEntries(given.map((name) => [name, singleParameter(query, name)]));
}
