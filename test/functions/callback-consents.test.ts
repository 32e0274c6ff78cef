/** `GET /callback` for what comes back from a consent to a module: it hands over, and does nothing else. */
import { describe, expect, it } from 'vitest';
import { type ConnectTransaction, startConnect } from '../../functions/shared/domain/connect-transaction.ts';
import { startCallback } from '../support/callback-under-test.ts';
import { passwords } from '../support/cookie-passwords.ts';

const issuedAt = new Date('2026-11-22T10:00:00Z');
const session = { userId: 'usr_alice', sessionId: 'f'.repeat(32) };
const web: ConnectTransaction = { issuedAt, module: 'gmail', session, returnTo: '/notes' };
const native: ConnectTransaction = {
  issuedAt,
  module: 'github',
  native: { redirectKey: '0123456789abcdef', port: undefined, sessionId: 'f'.repeat(32), state: 'app-state' },
};

function begin(transaction: ConnectTransaction = web, stage = 'prod') {
  const { state, cookieName, cookieValue } = startConnect(transaction, passwords, stage);
  return { state, pair: `${cookieName}=${cookieValue}` };
}

describe('GET /callback of a consent', () => {
  it.each([
    ['a browser’s', web, 'gmail'],
    ['an app’s', native, 'github'],
  ])('hands %s over with code and state, exchanges nothing and keeps the cookie', async (_, transaction, module) => {
    const { ask, exchanged, events } = startCallback();
    const { state, pair } = begin(transaction);
    const { status, location, cookies } = await ask(`?code=a%2Bb&state=${state}&other=1`, [pair]);
    expect([status, location]).toStrictEqual([302, `/oauth/${module}/callback?code=a%2Bb&state=${state}`]);
    expect([cookies, exchanged, events.published]).toStrictEqual([[], [], []]);
  });

  it('hands an error over by its name alone', async () => {
    const { state, pair } = begin();
    const query = `?error=access_denied&error_description=Whatever&state=${state}`;
    const { location } = await startCallback().ask(query, [pair]);
    expect(location).toBe(`/oauth/gmail/callback?error=access_denied&state=${state}`);
  });

  it('asks nobody whose session it is: that is for who judges', async () => {
    const { state, pair } = begin();
    const { location } = await startCallback().ask(`?code=c&state=${state}`, [pair, 'wos-session=unknowable']);
    expect(location).toMatch(/^\/oauth\/gmail\/callback\?/);
  });

  it.each([
    ['whose cookie is not there', begin(), 0],
    ['whose cookie is there twice', begin(), 2],
    ['to a module that is switched off', begin({ ...web, module: 'google-calendar' }), 1],
    ['that another stage began', begin(web, 'dev'), 1],
  ] as const)('knows none %s, and exchanges nothing', async (_, { state, pair }, times) => {
    const { ask, exchanged } = startCallback();
    const { location } = await ask(
      `?code=c&state=${state}`,
      Array.from({ length: times }, () => pair),
    );
    expect(location).toBe('/login?error=state_mismatch');
    expect(exchanged).toStrictEqual([]);
  });

  it('is no sign-in, and no sign-in is one', async () => {
    const { ask, begin: beginLogin, exchanged } = startCallback();
    const login = beginLogin();
    const consent = begin();
    expect((await ask(`?code=c&state=${login.state}`, [consent.pair])).location).toBe('/login?error=state_mismatch');
    expect((await ask(`?code=c&state=${consent.state}`, [login.pair])).location).toBe('/login?error=state_mismatch');
    expect(exchanged).toStrictEqual([]);
    expect((await ask(`?code=c&state=${login.state}`, [login.pair, consent.pair])).location).toBe('/welcome');
  });
});
