import { describe, expect, it } from 'vitest';
import { deriveSessionId, deriveUserId } from '../../../functions/shared/domain/user-id.ts';
import { unsealTokens } from '../../../functions/shared/workos/session-seal.ts';
import { createWorkosCodeExchange } from '../../../functions/shared/workos/workos-code-exchange.ts';
import { aliceClaims, clientId, createTokenIssuer, issuedAt } from '../../support/access-tokens.ts';
import { passwords } from '../../support/cookie-passwords.ts';
import { holdClock } from '../../support/held-clock.ts';
import type { ScriptedAnswer } from '../../support/scripted-server.ts';
import {
  type AccountOptions,
  aliceAtWorkos,
  apiKey,
  type Authenticate,
  keepCredentials,
  startWorkos,
} from '../../support/scripted-workos.ts';

const issuer = await createTokenIssuer();
const client = { ipAddress: '192.0.2.7', userAgent: 'Mozilla/5.0 (test)' };
const verifier = 'v'.repeat(43);

const signedInWith = async (
  claims: Readonly<Record<string, unknown>> = {},
  more: object = {},
): Promise<ScriptedAnswer> => ({
  body: {
    user: aliceAtWorkos,
    organization_id: 'org_01HACME',
    access_token: await issuer.sign(claims),
    refresh_token: 'refresh_1',
    authentication_method: 'GoogleOAuth',
    ...more,
  },
});
const signedIn = await signedInWith();
const unauthorized: ScriptedAnswer = { status: 401, body: { message: 'Unauthorized' } };

async function start(authenticate: Authenticate, options: AccountOptions = {}) {
  const clock = holdClock(issuedAt.toISOString());
  const workos = await startWorkos(issuer, authenticate, { clock, ...options });
  const codes = createWorkosCodeExchange({
    account: workos.account,
    passwords: () => Promise.resolve(passwords),
  });
  return { ...workos, clock, exchange: () => codes.exchange('the-code', verifier, client) };
}

describe('createWorkosCodeExchange()', () => {
  it('sends code, verifier and client credentials, and hands on who is asking', async () => {
    const { exchange, asked } = await start(() => signedIn);
    await exchange();
    expect(asked).toStrictEqual([
      {
        grant_type: 'authorization_code',
        client_id: clientId,
        client_secret: apiKey,
        code: 'the-code',
        code_verifier: verifier,
        ip_address: '192.0.2.7',
        user_agent: 'Mozilla/5.0 (test)',
      },
    ]);
  });

  it('leaves out a user agent that the browser did not send', async () => {
    const { account, asked } = await start(() => signedIn);
    const codes = createWorkosCodeExchange({
      account,
      passwords: () => Promise.resolve(passwords),
    });
    await codes.exchange('the-code', verifier, { ipAddress: '192.0.2.7', userAgent: undefined });
    expect(asked[0]?.['user_agent']).toBeUndefined();
  });

  it('takes a profile without a time for older than any news', async () => {
    const timeless = await signedInWith({}, { user: { ...aliceAtWorkos, updated_at: undefined } });
    const { exchange } = await start(() => timeless);
    expect((await exchange()).profileAt).toStrictEqual(new Date(0));
  });

  it('gives the user, the session, and its seal', async () => {
    const { exchange } = await start(() => signedIn);
    const { workosUserId, workosSessionId, profileAt, session, seal } = await exchange();
    expect(workosUserId).toBe(aliceClaims.sub);
    expect(workosSessionId).toBe(aliceClaims.sid);
    expect(profileAt).toStrictEqual(new Date('2026-01-01T00:00:00.000Z'));
    expect(session).toStrictEqual({
      kind: 'web',
      userId: deriveUserId(aliceClaims.sub),
      workosUserId: aliceClaims.sub,
      sessionId: deriveSessionId(aliceClaims.sid),
      email: 'alice@example.com',
      name: 'Alice Archer',
      pictureUrl: 'https://pictures.example.com/alice.png',
      impersonator: undefined,
      organizationId: 'org_01HACME',
      roles: ['admin', 'billing'],
      authMethod: 'GoogleOAuth',
      expiresAt: new Date('2026-11-22T10:05:00Z'),
    });
    expect(unsealTokens(await seal(), passwords)).toMatchObject({
      accessToken: expect.stringContaining('.'),
      refreshToken: 'refresh_1',
      user: { id: aliceClaims.sub, email: 'alice@example.com', firstName: 'Alice' },
      organizationId: 'org_01HACME',
      authenticationMethod: 'GoogleOAuth',
    });
  });

  it('says when an impersonator signed in', async () => {
    const impersonator = { email: 'support@example.com', reason: 'ticket 7' };
    const answer = await signedInWith({}, { impersonator });
    const { exchange } = await start(() => answer);
    expect((await exchange()).session.impersonator).toStrictEqual(impersonator);
  });

  it("puts no provider's tokens into the seal", async () => {
    const tokens = { access_token: 'ya29.secret', refresh_token: '1//secret', expires_at: 1, scopes: [] };
    const answer = await signedInWith({}, { oauth_tokens: tokens });
    const { exchange } = await start(() => answer);
    const { seal } = await exchange();
    expect(JSON.stringify(unsealTokens(await seal(), passwords))).not.toContain('secret');
  });

  it('signs in a user for whose token our clock is ahead: the next request refreshes', async () => {
    const { exchange, clock } = await start(() => signedIn);
    clock.advanceSeconds(3_600);
    expect((await exchange()).session.email).toBe('alice@example.com');
  });

  it.each([
    ['another issuer', { iss: 'https://evil.example/' }],
    ['another client', { client_id: 'client_of_somebody_else' }],
    ['no session', { sid: undefined }],
    ['another user', { sub: 'user_01HMALLORY' }],
  ])('fails with a token of %s', async (_, claims) => {
    const answer = await signedInWith(claims);
    const { exchange } = await start(() => answer);
    await expect(exchange()).rejects.toMatchObject({ code: 'auth_failed' });
  });

  it('fails with a session that no cookie holds', async () => {
    const answer = await signedInWith({
      permissions: Array.from({ length: 100 }, (_, index) => `permission:number:${index}`),
    });
    const { exchange } = await start(() => answer);
    const { seal } = await exchange();
    await expect(seal()).rejects.toMatchObject({ code: 'session_too_large' });
  });

  it.each([
    ['invalid_grant', 'auth_failed'],
    ['sso_required', 'sso_required'],
    ['organization_membership_not_found', 'organization_membership_not_found'],
  ])('fails on %s with %s, and asks once', async (error, code) => {
    const { exchange, asked } = await start(() => ({ status: 400, body: { error, error_description: 'no' } }));
    await expect(exchange()).rejects.toMatchObject({ code });
    expect(asked).toHaveLength(1);
  });

  it.each<[string, ScriptedAnswer | 'drop']>([
    ['429', { status: 429, headers: { 'retry-after': '7' }, body: { message: 'slow down' } }],
    ['500', { status: 500, body: { message: 'no' } }],
    ['502 with a page', { status: 502, body: '<h1>Bad Gateway</h1>' }],
    ['200 with a page', { body: '<h1>Hello</h1>' }],
    ['a dropped connection', 'drop'],
  ])('is temporarily unavailable on %s, and sends no code twice', async (_, answer) => {
    const { exchange, asked } = await start(() => answer);
    await expect(exchange()).rejects.toMatchObject({ code: 'temporarily_unavailable', cause: expect.any(Error) });
    expect(asked).toHaveLength(1);
  });

  it('tries once more with an API key that was replaced meanwhile', async () => {
    const { exchange, asked } = await start(
      (body) => (body['client_secret'] === 'sk_test_2' ? signedIn : unauthorized),
      {
        credentials: keepCredentials({ apiKey: 'sk_test_2', clientId }),
      },
    );
    expect((await exchange()).workosUserId).toBe(aliceClaims.sub);
    expect(asked.map((body) => body['client_secret'])).toStrictEqual([apiKey, 'sk_test_2']);
  });

  it('gives up when WorkOS refuses that one too, or there is no other', async () => {
    const renewed = await start(() => unauthorized, {
      credentials: keepCredentials({ apiKey: 'sk_test_2', clientId }),
    });
    await expect(renewed.exchange()).rejects.toMatchObject({ code: 'temporarily_unavailable' });
    expect(renewed.asked).toHaveLength(2);
    const same = await start(() => unauthorized);
    await expect(same.exchange()).rejects.toMatchObject({ code: 'temporarily_unavailable' });
    expect(same.asked).toHaveLength(1);
  });

  it('is made though the SDK cannot be, and says so when it is used', async () => {
    const away = new Error('the secret cannot be read');
    const credentials = { read: () => Promise.reject(away), reread: () => Promise.reject(away) };
    const { exchange } = await start(() => signedIn, { credentials });
    await expect(exchange()).rejects.toMatchObject({ code: 'temporarily_unavailable', cause: away });
  });
});
