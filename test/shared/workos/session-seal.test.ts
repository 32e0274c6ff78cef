import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CookiePasswords } from '../../../functions/shared/crypto/cookie-passwords.ts';
import { sealIron } from '../../../functions/shared/crypto/iron-seal.ts';
import {
  createUnsealer,
  type SealedTokens,
  sealTokens,
  unsealTokens,
} from '../../../functions/shared/workos/session-seal.ts';
import { olderPassword, password, passwords, strangersPassword } from '../../support/cookie-passwords.ts';

const tokens: SealedTokens = {
  accessToken: 'header.claims.signature',
  refreshToken: 'refresh_1',
  user: {
    id: 'user_1',
    email: 'alice@example.com',
    firstName: 'Alice',
    lastName: 'Archer',
    profilePictureUrl: 'https://pictures.example.com/alice.png',
    emailVerified: true,
    createdAt: '2026-01-01T00:00:00.000Z',
    metadata: { plan: 'team' },
  },
  organizationId: 'org_1',
  authenticationMethod: 'Password',
  impersonator: { email: 'support@example.com', reason: 'ticket 7' },
};
/** What `wos-session=` leaves of 3,800 bytes. */
const maxSealBytes = 3_788;

const withUser = (user: Partial<SealedTokens['user']>): SealedTokens => ({
  ...tokens,
  user: { ...tokens.user, ...user },
});
const kept = (sealed: SealedTokens) => unsealTokens(sealTokens(sealed, passwords), passwords);

describe('sealTokens()', () => {
  it('keeps everything while it fits', () => {
    expect(kept(tokens)).toStrictEqual(tokens);
  });

  it('seals with the newest password', () => {
    const seal = sealTokens(tokens, [password, olderPassword]);
    expect(unsealTokens(seal, [password])).toStrictEqual(tokens);
    expect(unsealTokens(seal, [olderPassword])).toBeUndefined();
  });

  it('gives up metadata and dates first', () => {
    const { id, email, firstName, lastName, profilePictureUrl } = tokens.user;
    expect(kept(withUser({ metadata: 'm'.repeat(3_000) }))).toStrictEqual({
      ...tokens,
      user: { id, email, firstName, lastName, profilePictureUrl },
    });
  });

  it('gives up the picture next, and never id, e-mail or name', () => {
    const { id, email, firstName, lastName } = tokens.user;
    expect(kept(withUser({ profilePictureUrl: `https://pictures.example.com/${'p'.repeat(3_000)}` }))).toStrictEqual({
      ...tokens,
      user: { id, email, firstName, lastName },
    });
  });

  it('gives up the session when its tokens alone are too large', () => {
    const large = { ...tokens, accessToken: 'a'.repeat(3_000) };
    expect(() => sealTokens(large, passwords)).toThrow(expect.objectContaining({ code: 'session_too_large' }));
  });

  it('never makes a cookie of more than 3,800 bytes, and never lets go of tokens and person', () => {
    let trimmed = 0;
    fc.assert(
      fc.property(fc.nat(2_000), fc.nat(4_000), fc.nat(4_000), (token, metadata, picture) => {
        const user = { ...tokens.user, metadata: 'm'.repeat(metadata), profilePictureUrl: 'p'.repeat(picture) };
        const large = { ...tokens, user, accessToken: 'a'.repeat(token) };
        const seal = sealTokens(large, passwords);
        expect(`wos-session=${seal}`.length).toBeLessThanOrEqual(3_800);
        const { id, email, firstName, lastName } = user;
        const opened = unsealTokens(seal, passwords);
        expect(opened).toMatchObject({ ...large, user: { id, email, firstName, lastName } });
        trimmed += Number(opened?.user['metadata'] === undefined);
      }),
    );
    expect(trimmed).toBeGreaterThan(0);
  });

  it('uses the room there is', () => {
    const lengthOf = (characters: number): number => {
      try {
        return sealTokens({ ...tokens, accessToken: 'a'.repeat(characters) }, passwords).length;
      } catch {
        return 0;
      }
    };
    const lengths = Array.from({ length: 800 }, (_, index) => lengthOf(1_900 + index));
    expect(lengths.at(-1)).toBe(0);
    // AES works in blocks of 16 bytes, 22 characters of a seal.
    expect(Math.max(...lengths)).toBeGreaterThan(maxSealBytes - 22);
    expect(Math.max(...lengths)).toBeLessThanOrEqual(maxSealBytes);
  });
});

describe('unsealTokens()', () => {
  const sealed = (value: unknown) => sealIron(JSON.stringify(value), password);

  it('takes what other SDKs leave out or write as null', () => {
    const { accessToken, refreshToken } = tokens;
    const bare = { accessToken, refreshToken, user: { id: 'user_1', email: 'alice@example.com' } };
    expect(unsealTokens(sealed(bare), passwords)).toStrictEqual(bare);
    const nulls = {
      ...bare,
      user: { ...bare.user, firstName: null, lastName: null, profilePictureUrl: null },
      organizationId: null,
      authenticationMethod: null,
      impersonator: null,
    };
    expect(unsealTokens(sealed(nulls), passwords)).toStrictEqual(nulls);
  });

  it.each([
    ['no tokens', { user: tokens.user }],
    ['no refresh token', { ...tokens, refreshToken: undefined }],
    ['no user', { ...tokens, user: undefined }],
    ['a user without an id', { ...tokens, user: { email: 'alice@example.com' } }],
    ['fields of another kind', { ...tokens, accessToken: { toString: 'x' } }],
    ['an impersonator without an e-mail', { ...tokens, impersonator: { reason: 'x' } }],
    ['a list', [tokens]],
    ['text', 'tokens'],
    ['null', null],
  ])('finds no session in a seal with %s', (_, content) => {
    expect(unsealTokens(sealed(content), passwords)).toBeUndefined();
  });

  it('finds no session in a seal that holds no JSON, or in no seal', () => {
    expect(unsealTokens(sealIron('{"accessToken":', password), passwords)).toBeUndefined();
    expect(unsealTokens(sealIron('', password), passwords)).toBeUndefined();
    expect(unsealTokens('Fe26.2*1*~2', passwords)).toBeUndefined();
    expect(unsealTokens(sealTokens(tokens, [strangersPassword]), passwords)).toBeUndefined();
  });
});

describe('createUnsealer()', () => {
  const source = (before: CookiePasswords, after: CookiePasswords) => {
    const calls: string[] = [];
    const answer = (call: string, value: CookiePasswords) => {
      calls.push(call);
      return Promise.resolve(value);
    };
    return { calls, read: () => answer('read', before), reread: () => answer('reread', after) };
  };

  it('opens a seal, and asks for the passwords once', async () => {
    const passwordSource = source(passwords, passwords);
    expect(await createUnsealer(passwordSource)(sealTokens(tokens, passwords))).toStrictEqual(tokens);
    expect(passwordSource.calls).toStrictEqual(['read']);
  });

  it('opens a seal of a password that came after this instance', async () => {
    const passwordSource = source([olderPassword], [password, olderPassword]);
    expect(await createUnsealer(passwordSource)(sealTokens(tokens, passwords))).toStrictEqual(tokens);
    expect(passwordSource.calls).toStrictEqual(['read', 'reread']);
  });

  it('opens no seal of a stranger', async () => {
    const unseal = createUnsealer(source(passwords, [password, olderPassword]));
    expect(await unseal(sealTokens(tokens, [strangersPassword]))).toBeUndefined();
  });
});
