import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clearCookie, cookieNames, cookieValues, setCookie } from '../../../functions/shared/http/cookies.ts';

describe('setCookie()', () => {
  it('binds a cookie to this host, and keeps it from scripts and from plain http', () => {
    expect(setCookie('wos-session', 'Fe26.2*1*a-b_c~2', 60)).toBe(
      'wos-session=Fe26.2*1*a-b_c~2; Max-Age=60; Path=/; HttpOnly; Secure; SameSite=Lax',
    );
  });

  it('keeps any value from ending the cookie early', () => {
    const setCookieOf = (value: string) => setCookie('name', value, 60).split('; ');
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (value) => {
        const [pair = '', ...attributes] = setCookieOf(value);
        expect(attributes).toStrictEqual(['Max-Age=60', 'Path=/', 'HttpOnly', 'Secure', 'SameSite=Lax']);
        expect(cookieValues([pair], 'name')).toStrictEqual([value]);
      }),
    );
  });
});

describe('clearCookie()', () => {
  it('has the attributes with which the cookie was set', () => {
    const attributesOf = (cookie: string) => cookie.split('; ').slice(2);
    expect(clearCookie('name')).toBe('name=; Max-Age=0; Path=/; HttpOnly; Secure; SameSite=Lax');
    expect(attributesOf(clearCookie('name'))).toStrictEqual(attributesOf(setCookie('name', 'value', 60)));
  });
});

describe('cookieValues()', () => {
  it('gives every value under a name, in the order sent', () => {
    expect(cookieValues(['a=1', 'b=2', 'a=3'], 'a')).toStrictEqual(['1', '3']);
    expect(cookieValues(['a=1', 'a=1'], 'a')).toStrictEqual(['1', '1']);
    expect(cookieValues(['a='], 'a')).toStrictEqual(['']);
  });

  it('gives none for a name that was not sent', () => {
    expect(cookieValues([], 'a')).toStrictEqual([]);
    expect(cookieValues(['b=1', 'A=2', 'junk', ''], 'a')).toStrictEqual([]);
    expect(cookieValues(['b=1'], 'toString')).toStrictEqual([]);
    expect(cookieValues(['b=1'], '__proto__')).toStrictEqual([]);
  });

  it('survives whatever a browser sends', () => {
    expect(cookieValues(['a=%zz', 'a=b=c', '=x', ';;'], 'a')).toStrictEqual(['%zz', 'b=c']);
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'grapheme' })), (cookies) => {
        for (const name of cookieNames(cookies)) expect(cookieValues(cookies, name).length).toBeGreaterThan(0);
      }),
    );
  });
});

describe('cookieNames()', () => {
  it('gives every name once', () => {
    expect(cookieNames(['a=1', 'b=2', 'a=3'])).toStrictEqual(['a', 'b']);
    expect(cookieNames(['__proto__=1', 'constructor=2'])).toStrictEqual(['__proto__', 'constructor']);
    expect(cookieNames([])).toStrictEqual([]);
  });
});
