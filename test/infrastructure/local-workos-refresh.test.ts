/** Refreshing at the local WorkOS through the real SDK: rotation, replay, and every failure production has. */
import { AuthenticationException, OauthException, UnauthorizedException } from '@workos-inc/node';
import { decodeJwt } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { cookiePassword, createSdk, refresh, signIn, startFixture, type Fixture } from './local-workos-fixture.ts';

let fixture: Fixture;
beforeAll(async () => {
  fixture = await startFixture();
});
afterAll(() => fixture.workos.close());
beforeEach(() => fixture.reset());

async function newSession(email = 'bob@example.com'): Promise<string> {
  return (await signIn(fixture, email)).sealedSession;
}

/** The seal after a refresh that went well. */
async function refreshed(
  sealedSession: string,
): Promise<{ sealedSession: string; accessToken: string; refreshToken: string }> {
  const result = await refresh(fixture, sealedSession);
  if (!result.authenticated || result.session === undefined || result.sealedSession === undefined) {
    throw new Error(`not refreshed: ${JSON.stringify(result)}`);
  }
  const { accessToken, refreshToken } = result.session;
  return { sealedSession: result.sealedSession, accessToken, refreshToken };
}

const session = () => fixture.workos.sessions.at(-1);

describe('a refresh', () => {
  it('rotates both tokens and keeps session, organization and sign-in time', async () => {
    const before = await signIn(fixture, 'alice@example.com');
    fixture.advanceSeconds(400);
    const after = await refreshed(before.sealedSession);
    expect(after.refreshToken).not.toBe(before.refreshToken);
    const [old, fresh] = [decodeJwt(before.accessToken), decodeJwt(after.accessToken)];
    for (const claim of ['sid', 'sub', 'org_id', 'role', 'auth_time']) expect(fresh[claim]).toBe(old[claim]);
    expect(fresh.jti).not.toBe(old.jti);
    expect((fresh.iat ?? 0) - (old.iat ?? 0)).toBeGreaterThanOrEqual(400);
  });

  it('goes on from the new token, again and again', async () => {
    let sealed = await newSession();
    for (let turn = 0; turn < 3; turn += 1) sealed = (await refreshed(sealed)).sealedSession;
    expect(session()).toMatchObject({ refreshCalls: 3, exchanges: 3 });
  });

  it('gives a replay within 30 seconds the same pair', async () => {
    const sealed = await newSession();
    const first = await refreshed(sealed);
    fixture.advanceSeconds(29);
    const second = await refreshed(sealed);
    expect([second.accessToken, second.refreshToken]).toEqual([first.accessToken, first.refreshToken]);
    expect(session()).toMatchObject({ refreshCalls: 2, exchanges: 1 });
  });

  it('gives concurrent refreshes of one token the same pair, from one exchange', async () => {
    const sealed = await newSession();
    const pairs = await Promise.all(Array.from({ length: 8 }, () => refreshed(sealed)));
    expect(new Set(pairs.map(({ refreshToken }) => refreshToken)).size).toBe(1);
    expect(session()).toMatchObject({ refreshCalls: 8, exchanges: 1 });
  });

  it('lets only one of them through when replays are turned off', async () => {
    fixture.workos.settings.refreshReplaySeconds = 0;
    const sealed = await newSession();
    const results = await Promise.all(Array.from({ length: 4 }, () => refresh(fixture, sealed)));
    expect(results.filter(({ authenticated }) => authenticated)).toHaveLength(1);
    expect(session()).toMatchObject({ refreshCalls: 4, exchanges: 1 });
  });

  it('can be repeated when its answer was lost', async () => {
    const sealed = await newSession();
    fixture.faults.set('workos.authenticate=lost*1');
    expect(await refresh(fixture, sealed)).toMatchObject({
      authenticated: false,
      reason: 'network_error',
      retryable: true,
    });
    expect(session()).toMatchObject({ exchanges: 1 });
    await refreshed(sealed);
    expect(session()).toMatchObject({ refreshCalls: 2, exchanges: 1 });
  });

  it('can be repeated when its answer came too late', async () => {
    const sealed = await newSession();
    fixture.faults.set('workos.authenticate=slow:5000*1');
    expect(await refresh(fixture, sealed)).toMatchObject({ authenticated: false, reason: 'timeout', retryable: true });
    expect(session()).toMatchObject({ refreshCalls: 1, exchanges: 1 });
    await refreshed(sealed);
    expect(session()).toMatchObject({ refreshCalls: 2, exchanges: 1 });
  });

  it('goes well when its answer is slow but in time', async () => {
    const sealed = await newSession();
    fixture.faults.set('workos.authenticate=slow:20*1');
    expect(await refresh(fixture, sealed)).toMatchObject({ authenticated: true });
  });

  it('switches to another organization of the user, and stays there', async () => {
    const { data } = await fixture.sdk.organizations.listOrganizations();
    const second = data.find(({ name }) => name === 'Second Org')?.id ?? '';
    const { sealedSession, refreshToken } = await signIn(fixture, 'alice@example.com');
    expect(await refresh(fixture, sealedSession, { organizationId: second })).toMatchObject({
      organizationId: second,
      role: 'member',
    });
    // The replayed pair is the one of the switch; its refresh token, presented without an organization, stays there.
    const { userManagement } = fixture.sdk;
    const replay = await userManagement.authenticateWithRefreshToken({ refreshToken });
    const next = await userManagement.authenticateWithRefreshToken({ refreshToken: replay.refreshToken });
    expect(next.organizationId).toBe(second);
  });

  it('says on what is still an impersonation', async () => {
    const impersonator = { email: 'support@example.com', reason: null };
    await fixture.workos.impersonate('bob@example.com', impersonator);
    const sealed = await newSession();
    await fixture.workos.impersonate('bob@example.com', undefined);
    expect(await refresh(fixture, sealed)).toMatchObject({ authenticated: true, impersonator });
  });

  it('asks the emulator nothing: it would refuse after 1,000 calls a minute', async () => {
    let { refreshToken } = await signIn(fixture, 'bob@example.com');
    for (let turn = 0; turn < 1100; turn += 1) {
      ({ refreshToken } = await fixture.sdk.userManagement.authenticateWithRefreshToken({ refreshToken }));
    }
    expect(session()?.exchanges).toBe(1100);
  });
});

describe('a refresh that ends the session', () => {
  const ended = (reason: string) => ({ authenticated: false, reason, retryable: false });

  it('is one whose token was exchanged 30 seconds ago', async () => {
    const sealed = await newSession();
    await refreshed(sealed);
    fixture.advanceSeconds(30);
    expect(await refresh(fixture, sealed)).toEqual(ended('invalid_grant'));
  });

  it('is one whose token was never issued', async () => {
    const { userManagement } = fixture.sdk;
    const attempt = userManagement.authenticateWithRefreshToken({ refreshToken: 'never-issued' });
    await expect(attempt).rejects.toMatchObject({
      status: 400,
      error: 'invalid_grant',
      errorDescription: 'Invalid refresh token.',
    });
  });

  it('is one of a revoked session, also within the replay window', async () => {
    const sealed = await newSession();
    await refreshed(sealed);
    await fixture.sdk.userManagement.revokeSession({ sessionId: session()?.id ?? '' });
    expect(await refresh(fixture, sealed)).toEqual(ended('invalid_grant'));
  });

  it('is one of a session over its age', async () => {
    const sealed = await newSession();
    fixture.advanceSeconds(30 * 86_400);
    expect(await refresh(fixture, sealed)).toEqual(ended('invalid_grant'));
  });

  it.each(['mfa_enrollment', 'sso_required'] as const)('is one that WorkOS answers with %s', async (demand) => {
    const sealed = await newSession();
    fixture.workos.settings.demand = demand;
    expect(await refresh(fixture, sealed)).toEqual(ended(demand));
  });
});

describe('a refresh that fails and may be tried again', () => {
  it.each([
    ['429', { reason: 'rate_limit_exceeded', retryAfter: 1 }],
    ['throttle', { reason: 'rate_limit_exceeded', retryAfter: 1 }],
    ['500', { reason: 'server_error' }],
    ['503', { reason: 'server_error' }],
    ['hang', { reason: 'timeout' }],
    ['lost', { reason: 'network_error' }],
  ])('is returned by the SDK for the fault %s, and the token still works', async (kind, expected) => {
    const sealed = await newSession();
    fixture.faults.set(`workos.authenticate=${kind}*1`);
    expect(await refresh(fixture, sealed)).toMatchObject({ authenticated: false, retryable: true, ...expected });
    await refreshed(sealed);
  });
});

describe('a refresh that the SDK throws for, and the token still works', () => {
  it.each([
    ['html', /Unexpected error: ParseError/],
    ['403', /LOCAL_FAULTS/],
    ['404', /LOCAL_FAULTS/],
    ['422', /LOCAL_FAULTS/],
  ])('has the fault %s', async (kind, message) => {
    const sealed = await newSession();
    fixture.faults.set(`workos.authenticate=${kind}*1`);
    await expect(refresh(fixture, sealed)).rejects.toThrow(message);
    await refreshed(sealed);
  });

  it('has a wrong API key: 401', async () => {
    const sealed = await newSession();
    const sdk = createSdk(fixture.workos, { apiKey: 'sk_wrong' });
    await expect(refresh({ sdk }, sealed)).rejects.toBeInstanceOf(UnauthorizedException);
    await refreshed(sealed);
  });

  it('has a wrong client: 400 invalid_client', async () => {
    const sealed = await newSession();
    const sdk = createSdk(fixture.workos, { clientId: 'client_other' });
    const attempt = refresh({ sdk }, sealed);
    await expect(attempt).rejects.toBeInstanceOf(OauthException);
    await expect(attempt).rejects.toMatchObject({ status: 400, error: 'invalid_client' });
    await refreshed(sealed);
  });

  it('has an organization that the user is no member of: 400 organization_membership_not_found', async () => {
    const { data } = await fixture.sdk.organizations.listOrganizations();
    const second = data.find(({ name }) => name === 'Second Org')?.id ?? '';
    const sealed = await newSession('bob@example.com');
    const attempt = refresh(fixture, sealed, { organizationId: second });
    await expect(attempt).rejects.toMatchObject({ status: 400, error: 'organization_membership_not_found' });
    await refreshed(sealed);
  });

  it('has an organization that does not exist: 400 organization_not_found', async () => {
    const attempt = refresh(fixture, await newSession(), { organizationId: 'org_unknown' });
    await expect(attempt).rejects.toMatchObject({ status: 400, error: 'organization_not_found' });
  });

  it('is asked to choose an organization: 403 organization_selection_required', async () => {
    const sealed = await newSession();
    fixture.workos.settings.demand = 'organization_selection_required';
    await expect(refresh(fixture, sealed)).rejects.toBeInstanceOf(AuthenticationException);
    fixture.workos.settings.demand = undefined;
    await refreshed(sealed);
  });
});

describe('the keys that a session check needs', () => {
  const check = (sdk: Fixture['sdk'], sealed: string) =>
    sdk.userManagement.loadSealedSession({ sessionData: sealed, cookiePassword }).authenticate();

  it('make the SDK throw when they cannot be had', async () => {
    const sealed = await newSession();
    for (const kind of ['503', 'lost', 'html']) {
      fixture.faults.set(`workos.jwks=${kind}`);
      await expect(check(createSdk(fixture.workos), sealed)).rejects.toBeInstanceOf(Error);
    }
    fixture.faults.clear();
    expect(await check(createSdk(fixture.workos), sealed)).toMatchObject({ authenticated: true });
  });

  it('make the SDK throw when they were rotated after it read them', async () => {
    const sdk = createSdk(fixture.workos);
    await check(sdk, await newSession());
    fixture.workos.rotateSigningKey();
    await expect(check(sdk, await newSession())).rejects.toMatchObject({ code: 'ERR_JWKS_NO_MATCHING_KEY' });
  });
});
