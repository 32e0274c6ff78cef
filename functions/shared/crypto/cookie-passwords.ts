/** The passwords that seal cookies: newest first, so that old seals open and new seals use the first. */
import * as v from 'valibot';

export type CookiePasswords = readonly [newest: string, ...older: string[]];

const minCharacters = 32;

const passwords = v.pipe(
  v.tupleWithRest([v.string()], v.string()),
  v.check((all) => all.every((password) => password.length >= minCharacters)),
);

/**
 * Reads `WORKOS_COOKIE_PASSWORD`: one password, or a JSON array of them.
 * @throws Error with what to do, and never the value.
 */
export function parseCookiePasswords(value: string): CookiePasswords {
  const parsed = v.safeParse(passwords, value.trimStart().startsWith('[') ? parseJson(value) : [value]);
  if (parsed.success) return parsed.output;
  throw new Error(
    `WORKOS_COOKIE_PASSWORD needs at least ${minCharacters} characters: one password, or a JSON array of them, newest first`,
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
