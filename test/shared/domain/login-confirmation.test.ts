import { describe, expect, it } from 'vitest';
import { openGrant, sealGrant } from '../../../functions/shared/domain/login-confirmation.ts';
import type { LoginGrant } from '../../../functions/shared/domain/login-grant.ts';
import { startConfirmation, startLogin } from '../../../functions/shared/domain/login-transaction.ts';
import { olderPassword, password, passwords, strangersPassword } from '../../support/cookie-passwords.ts';
import { wholeTicket } from '../../support/device-tickets-contract.ts';
import { everyTamperedVersion } from '../../support/tampering.ts';

const now = new Date('2026-11-22T10:00:00Z');
const { expiresAt: _, ...holds } = wholeTicket;
const grant: LoginGrant = {
  ticket: 'the-ticket',
  holds,
  provider: 'authkit',
  method: 'Password',
  face: 'gatehouse',
  state: 'app-state',
};

function ask(of: LoginGrant = grant, by = passwords, stage = 'prod') {
  const transaction = { issuedAt: now, provider: 'authkit', returnTo: undefined } as const;
  const { cookieName } = startLogin(transaction, by, stage);
  const { cookieValue, nonce } = startConfirmation(cookieName, transaction, by, stage);
  return { box: sealGrant(of, { cookieName, nonce }, by, stage), cookie: { name: cookieName, value: cookieValue } };
}
const rules = { passwords, stage: 'prod', now };

describe('openGrant()', () => {
  it.each([
    ['a whole grant', grant],
    [
      'one with as little as can be',
      {
        ...grant,
        method: undefined,
        holds: { ...holds, organizationId: undefined, dpopThumbprint: undefined, roles: [] },
      },
    ],
  ])('gives back %s', (_name, of) => {
    const { box, cookie } = ask(of);
    expect(openGrant(box, cookie, rules)).toStrictEqual(of);
  });

  it('opens what was sealed before the password was rotated', () => {
    const { box, cookie } = ask(grant, [olderPassword]);
    expect(openGrant(box, cookie, { ...rules, passwords: [password, olderPassword] })).toStrictEqual(grant);
  });

  it('opens for ten minutes', () => {
    const { box, cookie } = ask();
    const after = (seconds: number) => ({ ...rules, now: new Date(now.getTime() + seconds * 1000) });
    expect(openGrant(box, cookie, after(600))).toStrictEqual(grant);
    expect(openGrant(box, cookie, after(601))).toBeUndefined();
  });

  it("opens nothing with another browser's cookie, or another flow's", () => {
    const [mine, theirs] = [ask(), ask()];
    expect(openGrant(theirs.box, mine.cookie, rules)).toBeUndefined();
    expect(openGrant(mine.box, { ...mine.cookie, value: theirs.cookie.value }, rules)).toBeUndefined();
    expect(openGrant(mine.box, { ...mine.cookie, name: theirs.cookie.name }, rules)).toBeUndefined();
  });

  it('opens nothing of another stage or password', () => {
    const { box, cookie } = ask();
    expect(openGrant(box, cookie, { ...rules, stage: 'dev' })).toBeUndefined();
    expect(openGrant(box, cookie, { ...rules, passwords: [strangersPassword] })).toBeUndefined();
  });

  it('opens nothing in which anything was changed', () => {
    const { box, cookie } = ask();
    expect(everyTamperedVersion(box).filter((changed) => openGrant(changed, cookie, rules))).toStrictEqual([]);
  });

  it('takes the cookie of a login for none', () => {
    const { box, cookie } = ask();
    const login = startLogin({ issuedAt: now, provider: 'authkit', returnTo: undefined }, passwords, 'prod');
    expect(openGrant(box, { name: login.cookieName, value: login.cookieValue }, rules)).toBeUndefined();
    expect(openGrant(cookie.value, cookie, rules)).toBeUndefined();
  });
});
