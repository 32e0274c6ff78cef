import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  flowIssuedAt,
  loginProviders,
  openConfirmation,
  openLogin,
  startConfirmation,
  startLogin,
} from '../../../functions/shared/domain/login-transaction.ts';
import {
  authorizationFaces,
  decodeNativeTransaction,
  encodeNativeTransaction,
  type NativeTransaction,
} from '../../../functions/shared/domain/native-transaction.ts';
import { passwords, strangersPassword } from '../../support/cookie-passwords.ts';
import { appChallenge, appThumbprint } from '../../support/native-clients.ts';

const issuedAt = new Date('2026-11-22T10:00:00Z');
const native: NativeTransaction = {
  face: 'gatehouse',
  redirectKey: '0123456789abcdef',
  port: 53_682,
  state: 'app-state',
  codeChallenge: appChallenge,
  dpopThumbprint: appThumbprint,
};
const anyHash = fc
  .uint8Array({ minLength: 32, maxLength: 32 })
  .map((bytes) => Buffer.from(bytes).toString('base64url'));
const anyNative = fc.record({
  face: fc.constantFrom(...authorizationFaces),
  redirectKey: fc.uint8Array({ minLength: 8, maxLength: 8 }).map((bytes) => Buffer.from(bytes).toString('hex')),
  port: fc.option(fc.integer({ min: 1, max: 65_535 }), { nil: undefined }),
  state: fc.option(fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 128 }), { nil: undefined }),
  codeChallenge: anyHash,
  dpopThumbprint: fc.option(anyHash, { nil: undefined }),
});
const startNative = (of: NativeTransaction, stage = 'prod') =>
  startLogin({ issuedAt, provider: 'authkit', returnTo: undefined, native: of }, passwords, stage);

describe('encodeNativeTransaction()', () => {
  it('loses nothing of any transaction', () => {
    fc.assert(
      fc.property(anyNative, (any) => {
        expect(decodeNativeTransaction(encodeNativeTransaction(any))).toStrictEqual({ ...any });
      }),
    );
  });
});

describe('decodeNativeTransaction()', () => {
  it('knows no transaction that ends too early, or of a face that is not there yet', () => {
    const bytes = encodeNativeTransaction({ ...native, state: undefined });
    for (let length = 0; length < bytes.length; length += 1) {
      expect(decodeNativeTransaction(bytes.subarray(0, length))).toBeUndefined();
    }
    bytes[0] = 0x7f;
    expect(decodeNativeTransaction(bytes)).toBeUndefined();
  });
});

describe('startLogin() for an app', () => {
  it('keeps the cookie within 450 bytes with its name, whatever the app sends', () => {
    for (const provider of loginProviders) {
      const longest = { ...native, face: 'oauth', port: 65_535, state: '~'.repeat(128) } as const;
      const transaction = { issuedAt, provider, returnTo: undefined, native: longest };
      const { cookieName, cookieValue } = startLogin(transaction, passwords, 'production');
      expect(`${cookieName}=${cookieValue}`.length).toBeLessThanOrEqual(450);
    }
  });

  it('gives it all back to the browser that has the cookie, and shows it nothing', () => {
    const { cookieName: name, cookieValue: value, codeVerifier } = startNative(native);
    expect(openLogin({ name, value }, passwords, 'prod')).toStrictEqual({
      issuedAt,
      provider: 'authkit',
      returnTo: undefined,
      native,
      codeVerifier,
    });
    expect(openLogin({ name, value }, [strangersPassword], 'prod')).toBeUndefined();
    expect(openLogin({ name, value }, passwords, 'dev')).toBeUndefined();
    expect(Buffer.from(value, 'base64url').toString('latin1')).not.toContain('app-state');
  });
});

describe('startConfirmation()', () => {
  const { cookieName: name } = startNative(native);
  const started = startConfirmation(name, { issuedAt, provider: 'authkit' }, passwords, 'prod');
  const cookie = { name, value: started.cookieValue };

  it('leaves a cookie that knows its nonce and its time, under the name of the flow alone', () => {
    expect(openConfirmation(cookie, passwords, 'prod')).toStrictEqual({ issuedAt, nonce: started.nonce });
    expect(flowIssuedAt(cookie, passwords, 'prod')).toStrictEqual(issuedAt);
    const other = startNative(native).cookieName;
    expect(openConfirmation({ ...cookie, name: other }, passwords, 'prod')).toBeUndefined();
    expect(openConfirmation(cookie, [strangersPassword], 'prod')).toBeUndefined();
  });

  it('has another nonce every time', () => {
    const again = startConfirmation(name, { issuedAt, provider: 'authkit' }, passwords, 'prod');
    expect(again.nonce).not.toBe(started.nonce);
  });

  it('leaves no login, and a login is no confirmation', () => {
    expect(openLogin(cookie, passwords, 'prod')).toBeUndefined();
    const { cookieName, cookieValue } = startNative(native);
    expect(openConfirmation({ name: cookieName, value: cookieValue }, passwords, 'prod')).toBeUndefined();
  });
});
