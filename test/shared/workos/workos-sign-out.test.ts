import { WorkOS } from '@workos-inc/node';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { deriveSessionId, deriveUserId } from '../../../functions/shared/domain/user-id.ts';
import { type SealedTokens, sealTokens } from '../../../functions/shared/workos/session-seal.ts';
import { createWorkosSignOut } from '../../../functions/shared/workos/workos-sign-out.ts';
import { aliceClaims, createTokenIssuer } from '../../support/access-tokens.ts';
import { anyText } from '../../support/any-text.ts';
import { olderPassword, password, passwords, strangersPassword } from '../../support/cookie-passwords.ts';

const issuer = await createTokenIssuer();
const signedOutUrl = 'https://auth.example.com/';
const passwordSource = { read: () => Promise.resolve(passwords), reread: () => Promise.resolve(passwords) };
const signOut = createWorkosSignOut({ apiUrl: 'https://api.workos.com', passwords: passwordSource, signedOutUrl });
const { userManagement } = new WorkOS({ apiKey: 'sk_test', clientId: 'client_1' });

async function sealWith(claims: Readonly<Record<string, unknown>>, more: Partial<SealedTokens> = {}): Promise<string> {
  const user = { id: aliceClaims.sub, email: 'alice@example.com', firstName: 'Alice' };
  return sealTokens({ accessToken: await issuer.sign(claims), refreshToken: 'r', user, ...more }, passwords);
}

describe('createWorkosSignOut()', () => {
  it("makes the SDK's URL for the session inside the seal", async () => {
    const ending = await signOut.identify(await sealWith({}));
    expect(ending?.signOutUrl).toBe(
      userManagement.getLogoutUrl({ sessionId: aliceClaims.sid, returnTo: signedOutUrl }),
    );
  });

  it("makes the SDK's URL whatever the session is called", async () => {
    await fc.assert(
      fc.asyncProperty(
        anyText().filter((text) => text !== ''),
        async (sid) => {
          const ending = await signOut.identify(await sealWith({ sid }));
          expect(ending?.signOutUrl).toBe(userManagement.getLogoutUrl({ sessionId: sid, returnTo: signedOutUrl }));
        },
      ),
      { numRuns: 30 },
    );
  });

  it('says whose session it is', async () => {
    const impersonator = { email: 'support@example.com', reason: null };
    expect(await signOut.identify(await sealWith({}, { impersonator }))).toMatchObject({
      userId: deriveUserId(aliceClaims.sub),
      sessionId: deriveSessionId(aliceClaims.sid),
      profile: { email: 'alice@example.com', name: 'Alice', pictureUrl: undefined, impersonator },
    });
  });

  it('minds neither an expired access token nor one of a key that is gone', async () => {
    expect(await signOut.identify(await sealWith({ exp: 1 }))).toBeDefined();
    const other = await createTokenIssuer('key_of_last_year');
    expect(await signOut.identify(await sealWith({}, { accessToken: await other.sign() }))).toBeDefined();
  });

  it('knows a seal of a password that was rotated meanwhile', async () => {
    const rotated = { read: () => Promise.resolve([olderPassword] as const), reread: () => Promise.resolve(passwords) };
    const { identify } = createWorkosSignOut({ apiUrl: 'https://api.workos.com', passwords: rotated, signedOutUrl });
    expect(await identify(await sealWith({}))).toBeDefined();
  });

  it('knows nobody by what is no seal of ours, or holds no token of WorkOS', async () => {
    const tokens = { accessToken: 'a.b.c', refreshToken: 'r', user: { id: 'user_1', email: 'alice@example.com' } };
    expect(await signOut.identify('')).toBeUndefined();
    expect(await signOut.identify('Fe26.2*1*junk~2')).toBeUndefined();
    expect(await signOut.identify(sealTokens(tokens, [strangersPassword]))).toBeUndefined();
    expect(await signOut.identify(sealTokens(tokens, [password]))).toBeUndefined();
  });
});
