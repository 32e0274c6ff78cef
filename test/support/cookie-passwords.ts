/** Passwords for seals in tests, long enough and different from each other. */
import type { CookiePasswords } from '../../functions/shared/crypto/cookie-passwords.ts';

export const password = 'a cookie password that is long enough';
export const olderPassword = 'the password that was used before it';
export const strangersPassword = 'a password that somebody else invented';

export const passwords: CookiePasswords = [password];
