import { WorkOS } from '@workos-inc/node';
import { describe, expect, it } from 'vitest';
import { deriveSessionId, deriveUserId } from '../../../functions/shared/domain/user-id.ts';
import { type SealedTokens, sealTokens, unsealTokens } from '../../../functions/shared/workos/session-seal.ts';
import { createWorkosWebSessions } from '../../../functions/shared/workos/workos-web-sessions.ts';
import { createMemoryRefreshLeases } from '../../support/memory-refresh-leases.ts';
import { createMemoryUsers } from '../../support/memory-users.ts';
import { aliceClaims, createTokenIssuer, issuedAt, tokenLifetimeSeconds } from '../../support/access-tokens.ts';
import { collectLog } from '../../support/collected-log.ts';
import { olderPassword, password, passwords, strangersPassword } from '../../support/cookie-passwords.ts';
import { holdClock } from '../../support/held-clock.ts';
import type { ScriptedAnswer } from '../../support/scripted-server.ts';
import {
  type AccountOptions,
  aliceAtWorkos,
  type Authenticate,
  keepCredentials,
  startWorkos,
} from '../../support/scripted-workos.ts';

const issuer = await createTokenIssuer();
const client = { ipAddress: '192.0.2.7', userAgent: 'Mozilla/5.0 (test)' };
const user = { id: aliceClaims.sub, email: 'alice@example.com', firstName: 'Alice', lastName: 'Archer' };

const tokensWith = async (claims: Readonly<Record<string, unknown>> = {}): Promise<SealedTokens> => ({
  accessToken: await issuer.sign(claims),
  refreshToken: 'refresh_1',
  user,
  authenticationMethod: 'Password',
});
const fresh = await tokensWith();
const laterSeconds = tokenLifetimeSeconds + 1;
const renewedToken = await issuer.sign({
  iat: issuedAt.getTime() / 1000 + laterSeconds,
  exp: issuedAt.getTime() / 1000 + 2 * tokenLifetimeSeconds,
  roles: ['member'],
});
const renewed = (more: object = {}): ScriptedAnswer => ({
  body: { user: aliceAtWorkos, access_token: renewedToken, refresh_token: 'refresh_2', ...more },
});

const refreshParts = () => ({
  leases: createMemoryRefreshLeases(),
  users: createMemoryUsers(),
  sleep: () => Promise.resolve(),
});

async function start(authenticate: Authenticate = () => renewed(), options: Omit<AccountOptions, 'clock'> = {}) {
  const clock = holdClock(issuedAt.toISOString());
  const workos = await startWorkos(issuer, authenticate, { ...options, clock });
  const log = collectLog();
  const passwordSource = { read: () => Promise.resolve(passwords), reread: () => Promise.resolve(passwords) };
  const sessions = createWorkosWebSessions({
    account: workos.account,
    passwords: passwordSource,
    clock,
    log,
    ...refreshParts(),
  });
  const open = (seal: string, mayRefresh = true) => sessions.open(seal, client, { mayRefresh });
  const openLater = (seal: string, mayRefresh = true) => {
    clock.advanceSeconds(laterSeconds);
    return open(seal, mayRefresh);
  };
  return { ...workos, open, openLater, log };
}

describe('a web session whose access token is good', () => {
  it('is active, and asks WorkOS nothing', async () => {
    const { open, asked } = await start();
    expect(await open(sealTokens(fresh, passwords))).toMatchObject({
      outcome: 'active',
      session: {
        userId: deriveUserId(aliceClaims.sub),
        sessionId: deriveSessionId(aliceClaims.sid),
        name: 'Alice Archer',
        organizationId: 'org_01HACME',
        roles: ['admin', 'billing'],
        authMethod: 'Password',
        expiresAt: new Date('2026-11-22T10:05:00Z'),
      },
    });
    expect(asked).toStrictEqual([]);
  });

  it('is active as sealed by the SDK itself', async () => {
    const accessToken = fresh.accessToken;
    const { open, url } = await start(() => ({
      body: { user: aliceAtWorkos, access_token: accessToken, refresh_token: 'r' },
    }));
    const { hostname, port } = new URL(url);
    const sdk = new WorkOS({
      apiKey: 'sk',
      clientId: 'client_1',
      apiHostname: hostname,
      port: Number(port),
      https: false,
    });
    const { sealedSession = '' } = await sdk.userManagement.authenticateWithCode({
      code: 'c',
      session: { sealSession: true, cookiePassword: password },
    });
    expect(await open(sealedSession)).toMatchObject({ outcome: 'active', session: { email: 'alice@example.com' } });
  });

  it('is rejected, and its cookie kept, when its seal puts another user beside the token', async () => {
    const { open, log } = await start();
    const swapped = { ...fresh, user: { ...user, id: 'user_01HMALLORY' } };
    expect(await open(sealTokens(swapped, passwords))).toStrictEqual({ outcome: 'rejected' });
    expect(log.lines).toStrictEqual([
      { level: 'error', event: 'session.rejected', fields: { reason: 'user and token differ' } },
    ]);
  });

  it.each([
    ['another issuer', { iss: 'https://evil.example/' }, 'ERR_JWT_CLAIM_VALIDATION_FAILED'],
    ['another client', { client_id: 'client_of_somebody_else' }, 'client_id'],
    ['claims that are missing', { sid: undefined }, 'claims'],
  ])('is rejected, and tells operators why, when its token has %s', async (_, claims, reason) => {
    const { open, log, asked } = await start();
    expect(await open(sealTokens(await tokensWith(claims), passwords))).toStrictEqual({ outcome: 'rejected' });
    expect(log.fieldsOf('session.rejected')).toStrictEqual([{ reason }]);
    expect(asked).toStrictEqual([]);
  });

  it("is rejected when a stranger signed its token with WorkOS's key id", async () => {
    const { open } = await start();
    const stranger = await createTokenIssuer();
    const forged = { ...fresh, accessToken: await stranger.sign() };
    expect(await open(sealTokens(forged, passwords))).toStrictEqual({ outcome: 'rejected' });
  });

  it.each(['', 'junk', 'Fe26.2*1*only the beginning'])('is ended when it is no seal at all: %s', async (seal) => {
    const { open } = await start();
    expect(await open(seal)).toStrictEqual({ outcome: 'ended' });
  });

  it('is rejected, and its cookie kept, when no password opens its seal: an instance may not know the newest yet', async () => {
    const { open } = await start();
    expect(await open(sealTokens(fresh, [strangersPassword]))).toStrictEqual({ outcome: 'rejected' });
    expect(await open('Fe26.2*1*a*b*c**d*!!!~2')).toStrictEqual({ outcome: 'rejected' });
  });
});

describe('a web session whose access token has expired', () => {
  it('is refreshed in place, and its new seal is opened by the newest password', async () => {
    const { openLater, asked } = await start();
    const opened = await openLater(sealTokens(fresh, passwords));
    if (opened.outcome !== 'refreshed') throw new Error(opened.outcome);
    expect(opened.session).toMatchObject({ roles: ['member'], expiresAt: new Date('2026-11-22T10:10:00Z') });
    expect(unsealTokens(opened.seal, passwords)).toMatchObject({
      accessToken: renewedToken,
      refreshToken: 'refresh_2',
      authenticationMethod: 'Password',
      user: { email: 'alice@example.com' },
    });
    expect(asked).toMatchObject([
      {
        refresh_token: 'refresh_1',
        organization_id: 'org_01HACME',
        ip_address: client.ipAddress,
        user_agent: client.userAgent,
      },
    ]);
  });

  it('is refreshed also when its key is gone from what WorkOS publishes', async () => {
    const { open, asked } = await start();
    const withdrawn = await createTokenIssuer('key_of_last_year');
    const opened = await open(sealTokens({ ...fresh, accessToken: await withdrawn.sign() }, passwords));
    expect(opened.outcome).toBe('refreshed');
    expect(asked).toHaveLength(1);
  });

  it('is not refreshed for a prefetch, and keeps its cookie', async () => {
    const { openLater, asked } = await start();
    await expect(openLater(sealTokens(fresh, passwords), false)).rejects.toMatchObject({
      code: 'temporarily_unavailable',
      message: 'a prefetch does not refresh',
    });
    expect(asked).toStrictEqual([]);
  });

  it('is ended when WorkOS says so', async () => {
    const { openLater } = await start(() => ({
      status: 400,
      body: { error: 'invalid_grant', error_description: 'x' },
    }));
    expect(await openLater(sealTokens(fresh, passwords))).toStrictEqual({ outcome: 'ended' });
  });

  it('keeps its cookie when WorkOS does not answer as it should', async () => {
    const { openLater } = await start(() => ({ status: 503, body: {} }));
    await expect(openLater(sealTokens(fresh, passwords))).rejects.toMatchObject({ code: 'temporarily_unavailable' });
  });

  it('is rejected when WorkOS answers with a user that is not the one of the new token', async () => {
    const { openLater } = await start(() => renewed({ user: { ...aliceAtWorkos, id: 'user_01HMALLORY' } }));
    expect(await openLater(sealTokens(fresh, passwords))).toStrictEqual({ outcome: 'rejected' });
  });

  it('is rejected when WorkOS answers with what is no token', async () => {
    const { openLater } = await start(() => renewed({ access_token: 'not.a.token' }));
    expect(await openLater(sealTokens(fresh, passwords))).toStrictEqual({ outcome: 'rejected' });
  });
});

describe('opening a web session', () => {
  it('gives no verdict, and keeps the cookie, while there are no keys and no credentials', async () => {
    const away = () => Promise.reject(new Error('the secret cannot be read'));
    const { open } = await start(undefined, { credentials: { ...keepCredentials(), read: away } });
    await expect(open(sealTokens(fresh, passwords))).rejects.toThrow('the secret cannot be read');
  });

  it("takes the issuers of WorkOS's documents where the stage names none", async () => {
    const { open, url } = await start(undefined, { issuer: undefined });
    const documented = await tokensWith({ iss: `${url}/` });
    expect(await open(sealTokens(documented, passwords))).toMatchObject({ outcome: 'active' });
    expect(await open(sealTokens(fresh, passwords))).toStrictEqual({ outcome: 'rejected' });
  });

  it('knows a seal of a password that was rotated before or after this instance began', async () => {
    const { account } = await start();
    const clock = holdClock(issuedAt.toISOString());
    const both = [password, olderPassword] as const;
    const source = { read: () => Promise.resolve([olderPassword] as const), reread: () => Promise.resolve(both) };
    const sessions = createWorkosWebSessions({
      account,
      passwords: source,
      clock,
      log: collectLog(),
      ...refreshParts(),
    });
    for (const sealedWith of both) {
      const opened = await sessions.open(sealTokens(fresh, [sealedWith]), client, { mayRefresh: true });
      expect(opened.outcome).toBe('active');
    }
  });
});
