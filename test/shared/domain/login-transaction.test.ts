import { createHash } from 'node:crypto';
import { WorkOS } from '@workos-inc/node';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  isExpired,
  isLoginCookie,
  type LoginTransaction,
  loginProviders,
  loginTransactionTtlSeconds,
  openLogin,
  readState,
  startLogin,
} from '../../../functions/shared/domain/login-transaction.ts';
import { anyText } from '../../support/any-text.ts';
import { olderPassword, password, passwords, strangersPassword } from '../../support/cookie-passwords.ts';
import { everyOtherEnding, everyTamperedVersion } from '../../support/tampering.ts';
import vector from '../../vectors/login-transaction.json' with { type: 'json' };

const issuedAt = new Date('2026-11-22T10:00:00Z');
const transaction: LoginTransaction = { issuedAt, provider: 'authkit', returnTo: '/dashboard' };
const started = startLogin(transaction, passwords, 'prod');
const cookie = { name: started.cookieName, value: started.cookieValue };

const anyTransaction = fc.record({
  issuedAt: fc.integer({ min: 0, max: 2 ** 32 - 1 }).map((seconds) => new Date(seconds * 1000)),
  provider: fc.constantFrom(...loginProviders),
  returnTo: fc.option(
    anyText(64).filter((text) => text !== ''),
    { nil: undefined },
  ),
});

describe('startLogin()', () => {
  it('makes a verifier and its S256 challenge as RFC 7636 has them', async () => {
    expect(started.codeVerifier).toMatch(/^[A-Za-z0-9._~-]{43,128}$/);
    expect(started.codeChallenge).toBe(createHash('sha256').update(started.codeVerifier, 'ascii').digest('base64url'));
    const { pkce } = new WorkOS({ clientId: 'client_test' });
    expect(started.codeChallenge).toBe(await pkce.generateCodeChallenge(started.codeVerifier));
  });

  it('makes everything anew for every flow', () => {
    const others = Array.from({ length: 50 }, () => startLogin(transaction, passwords, 'prod'));
    const everything = others.flatMap((other): readonly unknown[] => Object.values(other));
    expect(everything).toHaveLength(250);
    expect(new Set(everything).size).toBe(250);
  });

  it('shows neither verifier nor return path in what leaves for the browser', () => {
    const seen = [started.state, started.codeChallenge, started.cookieName, started.cookieValue].map((part) =>
      Buffer.from(part, 'base64url').toString('latin1'),
    );
    const { codeVerifier } = started;
    for (const secret of [codeVerifier, Buffer.from(codeVerifier, 'base64url').toString('latin1'), '/dashboard']) {
      expect(seen.join()).not.toContain(secret);
    }
  });

  it('makes a state that WorkOS can carry as it is', () => {
    expect(started.state).toMatch(/^[\w-]{39}$/);
  });

  it('keeps a cookie within 450 bytes with its name, even with the longest return path', () => {
    for (const provider of loginProviders) {
      const longest = startLogin({ issuedAt, provider, returnTo: `/${'r'.repeat(255)}` }, passwords, 'production');
      expect(`${longest.cookieName}=${longest.cookieValue}`.length).toBeLessThanOrEqual(450);
    }
  });

  it('names its cookie so that it is for this host alone, and one of ours', () => {
    expect(started.cookieName).toMatch(/^__Host-gh-login-[\w-]{12}$/);
    expect(isLoginCookie(started.cookieName)).toBe(true);
  });
});

describe('openLogin()', () => {
  it('gives back the transaction, and the verifier of its challenge', () => {
    expect(openLogin(cookie, passwords, 'prod')).toStrictEqual({ ...transaction, codeVerifier: started.codeVerifier });
  });

  it('gives back any transaction', () => {
    fc.assert(
      fc.property(anyTransaction, (any) => {
        const { cookieName: name, cookieValue: value, codeVerifier } = startLogin(any, passwords, 'prod');
        expect(openLogin({ name, value }, passwords, 'prod')).toStrictEqual({ ...any, codeVerifier });
      }),
    );
  });

  it('opens what was sealed before the password was rotated', () => {
    const before = startLogin(transaction, [olderPassword], 'prod');
    const opened = openLogin({ name: before.cookieName, value: before.cookieValue }, [password, olderPassword], 'prod');
    expect(opened?.codeVerifier).toBe(before.codeVerifier);
  });

  it('seals with the newest password', () => {
    const { cookieName: name, cookieValue: value } = startLogin(transaction, [password, olderPassword], 'prod');
    expect(openLogin({ name, value }, [password], 'prod')).toBeDefined();
    expect(openLogin({ name, value }, [olderPassword], 'prod')).toBeUndefined();
  });

  it('opens no cookie of another flow under the name of this one', () => {
    const other = startLogin(transaction, passwords, 'prod');
    expect(openLogin({ name: started.cookieName, value: other.cookieValue }, passwords, 'prod')).toBeUndefined();
  });

  it('opens no cookie of another stage or password', () => {
    expect(openLogin(cookie, passwords, 'dev')).toBeUndefined();
    expect(openLogin(cookie, [strangersPassword], 'prod')).toBeUndefined();
  });

  it('opens no cookie in which anything was changed', () => {
    const opened = everyTamperedVersion(started.cookieValue).filter((value) =>
      openLogin({ name: started.cookieName, value }, passwords, 'prod'),
    );
    expect(opened).toStrictEqual([]);
  });

  it('opens nothing that somebody made up', () => {
    fc.assert(
      fc.property(anyText(), (value) => openLogin({ name: cookie.name, value }, passwords, 'prod') === undefined),
    );
    expect(openLogin({ name: cookie.name, value: '' }, passwords, 'prod')).toBeUndefined();
  });
});

describe('readState()', () => {
  const readable = (states: readonly string[]) => states.filter((state) => readState(state, passwords, 'prod'));

  it('tells which cookie belongs to a state, and since when it is', () => {
    expect(readState(started.state, passwords, 'prod')).toStrictEqual({ cookieName: started.cookieName, issuedAt });
  });

  it('tells it of any state, to the second', () => {
    fc.assert(
      fc.property(anyTransaction, fc.integer({ min: 0, max: 999 }), (any, milliseconds) => {
        const at = new Date(any.issuedAt.getTime() + milliseconds);
        const { state, cookieName } = startLogin({ ...any, issuedAt: at }, passwords, 'prod');
        expect(readState(state, passwords, 'prod')).toStrictEqual({ cookieName, issuedAt: any.issuedAt });
      }),
    );
  });

  it('reads what was issued before the password was rotated', () => {
    const before = startLogin(transaction, [olderPassword], 'prod');
    expect(readState(before.state, [password, olderPassword], 'prod')?.cookieName).toBe(before.cookieName);
  });

  it('reads no state of another stage or password', () => {
    expect(readState(started.state, passwords, 'dev')).toBeUndefined();
    expect(readState(started.state, [strangersPassword], 'prod')).toBeUndefined();
  });

  it('reads no state in which anything was changed', () => {
    expect(readable(everyTamperedVersion(started.state))).toStrictEqual([]);
  });

  it('reads no state in another notation', () => {
    const { state } = started;
    const variants = [`${state}=`, `${state}A`, ` ${state}`, `${state}\n`, state.slice(0, -1), ''];
    expect(readable([...variants, ...everyOtherEnding(state)])).toStrictEqual([]);
  });

  it('takes the id and time of one state with the mac of another for forged', () => {
    const mine = Buffer.from(started.state, 'base64url');
    const theirs = Buffer.from(startLogin(transaction, passwords, 'prod').state, 'base64url');
    const mixed = Buffer.concat([mine.subarray(0, 13), theirs.subarray(13)]).toString('base64url');
    expect(readState(mixed, passwords, 'prod')).toBeUndefined();
  });

  it('reads nothing that somebody made up', () => {
    const madeUp = fc
      .uint8Array({ minLength: 29, maxLength: 29 })
      .map((bytes) => Buffer.from(bytes).toString('base64url'));
    fc.assert(fc.property(fc.oneof(madeUp, anyText()), (state) => readState(state, passwords, 'prod') === undefined));
  });
});

describe('a login that an earlier version of this code began', () => {
  const { stage, cookieName, codeVerifier, provider, returnTo } = vector;

  it('is found by its state, and goes on with its verifier', () => {
    const began = new Date(vector.issuedAt);
    expect(readState(vector.state, [vector.password], stage)).toStrictEqual({ cookieName, issuedAt: began });
    expect(openLogin({ name: cookieName, value: vector.cookieValue }, [vector.password], stage)).toStrictEqual({
      issuedAt: began,
      provider,
      returnTo,
      codeVerifier,
    });
  });
});

describe('isExpired()', () => {
  it('is so after ten minutes, and not before', () => {
    const after = (seconds: number) => isExpired(issuedAt, new Date(issuedAt.getTime() + seconds * 1000));
    expect(loginTransactionTtlSeconds).toBe(600);
    expect(after(0)).toBe(false);
    expect(after(600)).toBe(false);
    expect(after(600.001)).toBe(true);
  });
});

describe('isLoginCookie()', () => {
  it.each([
    '',
    '__Host-gh-login-',
    '__Host-gh-login-short',
    `${started.cookieName}x`,
    'wos-session',
    `x${started.cookieName}`,
  ])('is not so for %j', (name) => {
    expect(isLoginCookie(name)).toBe(false);
  });
});

describe('loginProviders', () => {
  it('keeps every provider at its place, which is what cookies under way hold', () => {
    expect(loginProviders.slice(0, 16)).toStrictEqual([
      'authkit',
      'connection',
      'AppleOAuth',
      'BitbucketOAuth',
      'DiscordOAuth',
      'GitHubOAuth',
      'GitLabOAuth',
      'GoogleOAuth',
      'IntuitOAuth',
      'LinkedInOAuth',
      'MicrosoftOAuth',
      'SalesforceOAuth',
      'SlackOAuth',
      'VercelMarketplaceOAuth',
      'VercelOAuth',
      'XeroOAuth',
    ]);
  });
});
