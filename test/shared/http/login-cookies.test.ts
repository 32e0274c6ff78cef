import { describe, expect, it } from 'vitest';
import { startLogin } from '../../../functions/shared/domain/login-transaction.ts';
import { clearCookie } from '../../../functions/shared/http/cookies.ts';
import { clearSurplusLogins, wasCrowdedOut } from '../../../functions/shared/http/login-cookies.ts';
import { requestTo } from '../../support/api-gateway-event.ts';
import { passwords } from '../../support/cookie-passwords.ts';

const now = new Date('2026-11-22T10:00:00Z');
const rules = { now, passwords, stage: 'prod' };

function loginStarted(secondsAgo: number) {
  const issuedAt = new Date(now.getTime() - secondsAgo * 1000);
  const { cookieName, cookieValue } = startLogin(
    { issuedAt, provider: 'authkit', returnTo: undefined },
    passwords,
    'prod',
  );
  return { issuedAt, name: cookieName, pair: `${cookieName}=${cookieValue}`, cleared: clearCookie(cookieName) };
}

const requestWith = (...pairs: readonly string[]) => requestTo('/login', { cookies: pairs });
const pairsOf = (logins: readonly { readonly pair: string }[]) => logins.map(({ pair }) => pair);
const junk = { name: '__Host-gh-login-AAAAAAAAAAAA', pair: '__Host-gh-login-AAAAAAAAAAAA=not-sealed-by-us' };

describe('clearSurplusLogins()', () => {
  it('leaves up to four flows alone, so that the new one is the fifth', () => {
    const four = [10, 20, 30, 40].map(loginStarted);
    expect(clearSurplusLogins(requestWith(), rules)).toStrictEqual([]);
    expect(clearSurplusLogins(requestWith(...pairsOf(four)), rules)).toStrictEqual([]);
  });

  it('clears the oldest of five', () => {
    const five = [20, 50, 10, 30, 40].map(loginStarted);
    expect(clearSurplusLogins(requestWith(...pairsOf(five)), rules)).toStrictEqual([five[1]?.cleared]);
  });

  it('clears as many as it takes, oldest first', () => {
    const eight = [10, 20, 30, 40, 50, 60, 70, 80].map(loginStarted);
    const oldestFour = eight.slice(4).toReversed();
    expect(clearSurplusLogins(requestWith(...pairsOf(eight)), rules)).toStrictEqual(
      oldestFour.map(({ cleared }) => cleared),
    );
  });

  it('clears what is expired or was never ours, and then no flow that is under way', () => {
    const expired = loginStarted(601);
    const otherStage = startLogin({ issuedAt: now, provider: 'authkit', returnTo: undefined }, passwords, 'dev');
    const four = [10, 20, 30, 40].map(loginStarted);
    const request = requestWith(
      ...pairsOf(four),
      junk.pair,
      expired.pair,
      `${otherStage.cookieName}=${otherStage.cookieValue}`,
    );
    expect(new Set(clearSurplusLogins(request, rules))).toStrictEqual(
      new Set([clearCookie(junk.name), expired.cleared, clearCookie(otherStage.cookieName)]),
    );
  });

  it('clears junk though there is room', () => {
    expect(clearSurplusLogins(requestWith(junk.pair), rules)).toStrictEqual([clearCookie(junk.name)]);
  });

  it('touches no other cookie', () => {
    const request = requestWith(
      'wos-session=a',
      '__Host-gh-login-short=b',
      'theme=dark',
      'xx__Host-gh-login-AAAAAAAAAAAA=c',
    );
    expect(clearSurplusLogins(request, rules)).toStrictEqual([]);
  });

  it('takes a cookie that is there twice for one flow', () => {
    const [first, ...rest] = [10, 20, 30, 40].map(loginStarted);
    const pair = first?.pair ?? '';
    expect(clearSurplusLogins(requestWith(pair, pair, ...pairsOf(rest)), rules)).toStrictEqual([]);
  });
});

describe('wasCrowdedOut()', () => {
  const newer = [10, 20, 30, 40, 50].map(loginStarted);
  const oldest = loginStarted(60);

  it('is so for a flow that gave way to five newer ones', () => {
    expect(wasCrowdedOut(requestWith(...pairsOf(newer)), oldest.issuedAt, rules)).toBe(true);
  });

  it('counts those of the same second', () => {
    const together = Array.from({ length: 5 }, () => loginStarted(10));
    expect(wasCrowdedOut(requestWith(...pairsOf(together)), together[0]?.issuedAt ?? now, rules)).toBe(true);
  });

  it('is not so while there are fewer', () => {
    expect(wasCrowdedOut(requestWith(...pairsOf(newer.slice(1))), oldest.issuedAt, rules)).toBe(false);
    expect(wasCrowdedOut(requestWith(), oldest.issuedAt, rules)).toBe(false);
  });

  it('counts neither older flows nor junk', () => {
    const older = [70, 80].map(loginStarted);
    const request = requestWith(...pairsOf(newer.slice(1)), ...pairsOf(older), junk.pair, loginStarted(700).pair);
    expect(wasCrowdedOut(request, oldest.issuedAt, rules)).toBe(false);
  });
});
