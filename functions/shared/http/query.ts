/** Query parameters (RFC 6749 §3.1: parameters must not be included more than once). */

/** @returns `undefined` when absent, and `''` when given more than once: no value of anything. */
export function singleParameter(query: URLSearchParams, name: string): string | undefined {
  const [value, ...more] = query.getAll(name);
  return more.length > 0 ? '' : value;
}
