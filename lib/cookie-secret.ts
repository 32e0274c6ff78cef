/** What `WORKOS_COOKIE_PASSWORD` may be. The functions' own rule is functions/shared/crypto/cookie-passwords.ts; here it is refused before they start. */
import * as v from 'valibot';

const CookiePassword = v.pipe(v.string(), v.minLength(32));
const CookiePasswordList = v.pipe(v.string(), v.parseJson(), v.array(CookiePassword), v.nonEmpty());

export const cookieSecretRule = 'at least 32 characters: one password, or a JSON array of them, newest first';

export function isCookieSecret(value: string): boolean {
  return v.is(value.trimStart().startsWith('[') ? CookiePasswordList : CookiePassword, value);
}
