import { describe, expect, it } from 'vitest';
import { parseCookiePasswords } from '../../../functions/shared/crypto/cookie-passwords.ts';

const newest = 'n'.repeat(32);
const older = 'o'.repeat(40);

describe('parseCookiePasswords()', () => {
  it('reads one password', () => {
    expect(parseCookiePasswords(newest)).toStrictEqual([newest]);
  });

  it('reads a JSON array and keeps its order', () => {
    expect(parseCookiePasswords(JSON.stringify([newest, older]))).toStrictEqual([newest, older]);
    expect(parseCookiePasswords(` \n${JSON.stringify([older, newest])}`)).toStrictEqual([older, newest]);
  });

  const short = 's3cret'.repeat(5);
  it.each([
    ['a short password', short],
    ['nothing', ''],
    ['a list with a short password among long ones', JSON.stringify([newest, short])],
    ['an empty list', '[]'],
    ['a list of something else', JSON.stringify([newest, 7])],
    ['a list that is no JSON', `["${newest}", ${older}]`],
    ['a list in a list', JSON.stringify([[newest]])],
  ])('refuses %s, says what is needed, and never what it was given', (_, value) => {
    const refuse = () => parseCookiePasswords(value);
    expect(refuse).toThrow(
      /^WORKOS_COOKIE_PASSWORD needs at least 32 characters: one password, or a JSON array of them, newest first$/,
    );
  });
});
