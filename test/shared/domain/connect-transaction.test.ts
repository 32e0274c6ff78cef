import { describe, expect, it } from 'vitest';
import {
  type ConnectTransaction,
  moduleTag,
  connectModuleOf,
  openConnect,
  startConnect,
} from '../../../functions/shared/domain/connect-transaction.ts';
import {
  isLoginCookie,
  openConfirmation,
  openLogin,
  readState,
  startLogin,
} from '../../../functions/shared/domain/login-transaction.ts';
import { passwords, strangersPassword } from '../../support/cookie-passwords.ts';
import { everyTamperedVersion } from '../../support/tampering.ts';

const issuedAt = new Date('2026-11-22T10:00:00Z');
const session = { userId: 'usr_0123456789abcdef0123456789abcdef', sessionId: '0f'.repeat(16) };
const web: ConnectTransaction = { issuedAt, module: 'gmail', session, returnTo: '/dashboard' };
const native: ConnectTransaction = {
  issuedAt,
  module: 'gmail',
  native: { redirectKey: '01'.repeat(8), port: 51_004, sessionId: 'ab'.repeat(16), state: 'the app’s own' },
};

function start(transaction: ConnectTransaction) {
  const started = startConnect(transaction, passwords, 'prod');
  return { ...started, cookie: { name: started.cookieName, value: started.cookieValue } };
}

describe('startConnect()', () => {
  it('makes a cookie, a state and a verifier as a login has them', () => {
    const { cookieName, state, codeVerifier, cookie } = start(web);
    expect(isLoginCookie(cookieName)).toBe(true);
    expect(readState(state, passwords, 'prod')).toEqual({ cookieName, issuedAt });
    expect(openConnect(cookie, 'gmail', passwords, 'prod')).toMatchObject({
      issuedAt,
      codeVerifier,
      returnTo: '/dashboard',
    });
  });

  it('fits into 450 bytes with the longest return path', () => {
    const { cookieName, cookieValue } = start({ ...web, returnTo: `/${'a'.repeat(255)}` });
    expect(`${cookieName}=${cookieValue}`.length).toBeLessThanOrEqual(450);
  });

  it('shows neither the session nor the verifier in what leaves for the browser', () => {
    const { state, cookieValue, codeVerifier } = start(web);
    for (const secret of [codeVerifier, session.userId, session.sessionId])
      expect(`${state} ${cookieValue}`).not.toContain(secret);
  });
});

describe('openConnect()', () => {
  it('knows the session that started it, and no other one of that user or of another', () => {
    const opened = openConnect(start(web).cookie, 'gmail', passwords, 'prod');
    if (!opened || opened.native) throw new Error('not the consent of a browser');
    expect(opened.isStartedBy(session)).toBe(true);
    expect(opened.isStartedBy({ ...session, sessionId: '1f'.repeat(16) })).toBe(false);
    expect(opened.isStartedBy({ ...session, userId: 'usr_another' })).toBe(false);
  });

  it('gives an app’s consent back as it was', () => {
    const opened = openConnect(start(native).cookie, 'gmail', passwords, 'prod');
    expect(opened).toMatchObject({ issuedAt, native: native.native });
  });

  it('opens for no other module', () => {
    expect(openConnect(start(web).cookie, 'github', passwords, 'prod')).toBeUndefined();
    expect(openConnect(start(native).cookie, 'github', passwords, 'prod')).toBeUndefined();
  });

  it('opens no login, and no login opens a consent', () => {
    const login = startLogin({ issuedAt, provider: 'GoogleOAuth', returnTo: undefined }, passwords, 'prod');
    const cookie = { name: login.cookieName, value: login.cookieValue };
    expect(openConnect(cookie, 'gmail', passwords, 'prod')).toBeUndefined();
    for (const transaction of [web, native]) {
      expect(openLogin(start(transaction).cookie, passwords, 'prod')).toBeUndefined();
      expect(openConfirmation(start(transaction).cookie, passwords, 'prod')).toBeUndefined();
    }
  });

  it('opens neither for another stage, nor by another password, nor under another name', () => {
    const { cookie } = start(web);
    expect(openConnect(cookie, 'gmail', passwords, 'dev')).toBeUndefined();
    expect(openConnect(cookie, 'gmail', [strangersPassword], 'prod')).toBeUndefined();
    expect(openConnect({ ...cookie, name: start(web).cookieName }, 'gmail', passwords, 'prod')).toBeUndefined();
  });

  it('opens nothing that somebody changed', () => {
    const { cookie } = start(web);
    for (const value of everyTamperedVersion(cookie.value))
      expect(openConnect({ ...cookie, value }, 'gmail', passwords, 'prod')).toBeUndefined();
  });
});

describe('connectModuleOf()', () => {
  it('names the module of a consent among those that are switched on', () => {
    const { cookie } = start(web);
    expect(connectModuleOf(cookie, ['github', 'gmail'], passwords, 'prod')).toBe('gmail');
    expect(connectModuleOf(cookie, ['github'], passwords, 'prod')).toBeUndefined();
  });

  it('finds no module in a login', () => {
    const login = startLogin({ issuedAt, provider: 'GoogleOAuth', returnTo: undefined }, passwords, 'prod');
    const cookie = { name: login.cookieName, value: login.cookieValue };
    expect(connectModuleOf(cookie, ['github', 'gmail'], passwords, 'prod')).toBeUndefined();
  });
});

describe('moduleTag()', () => {
  it('tells the modules apart that come with the project', () => {
    expect(new Set(['gmail', 'github', 'google-calendar'].map(moduleTag)).size).toBe(3);
  });
});
