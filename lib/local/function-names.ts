/** Short names of functions, for people: `session` for `gatehouse-local-session`. */

/** The name without what all names begin with, up to a hyphen. */
export function shortName(functionNames: readonly string[], name: string): string {
  return name.slice(commonPrefix(functionNames).length);
}

/** @param name full or short; `undefined` when there is no such function. */
export function fullName(functionNames: readonly string[], name: string): string | undefined {
  return functionNames.find((full) => full === name || shortName(functionNames, full) === name);
}

function commonPrefix([first = '', ...others]: readonly string[]): string {
  const parts = first.split('-').slice(0, -1);
  const shared = parts.findIndex((_, index) => {
    const prefix = `${parts.slice(0, index + 1).join('-')}-`;
    return !others.every((name) => name.startsWith(prefix));
  });
  const kept = shared === -1 ? parts : parts.slice(0, shared);
  return kept.map((part) => `${part}-`).join('');
}
