/** Ending and listing sessions at the local WorkOS, and the rest of its API behind the front. */
import { networkInterfaces } from 'node:os';
import { NotFoundException, UnauthorizedException } from '@workos-inc/node';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Faults } from '../../lib/local/faults.ts';
import { startLocalWorkos } from '../../lib/local/workos/server.ts';
import {
  cookiePassword,
  createSdk,
  locationOf,
  refresh,
  signedOut,
  signIn,
  startFixture,
  type Fixture,
} from './local-workos-fixture.ts';

let fixture: Fixture;
beforeAll(async () => {
  fixture = await startFixture();
});
afterAll(() => fixture.workos.close());
beforeEach(() => fixture.reset());

const lastSession = () => fixture.workos.sessions.at(-1) ?? expect.fail('no session');
const open = (url: string) => fetch(url, { redirect: 'manual' });

describe('GET /user_management/sessions/logout', () => {
  it('ends the session and sends the browser to the registered address it names', async () => {
    const { sealedSession } = await signIn(fixture, 'bob@example.com');
    const session = fixture.sdk.userManagement.loadSealedSession({ sessionData: sealedSession, cookiePassword });
    const url = await session.getLogoutUrl({ returnTo: 'http://localhost:3000/goodbye' });
    expect(locationOf(await open(url)).href).toBe('http://localhost:3000/goodbye');
    expect(lastSession().endedAt).toBeInstanceOf(Date);
    expect(await refresh(fixture, sealedSession)).toMatchObject({ authenticated: false, reason: 'invalid_grant' });
  });

  it('goes to the first registered address when none is named', async () => {
    await signIn(fixture, 'bob@example.com');
    const url = fixture.sdk.userManagement.getLogoutUrl({ sessionId: lastSession().id });
    expect(locationOf(await open(url)).href).toBe(signedOut);
  });

  it('shows WorkOS’s error page for an address that is not registered, and redirects nobody', async () => {
    const url = fixture.sdk.userManagement.getLogoutUrl({ sessionId: 'session_x', returnTo: 'https://evil.example/' });
    const response = await open(url);
    expect(response.status).toBe(400);
    expect(response.headers.get('location')).toBeNull();
    expect(await response.text()).toContain('app-homepage-url-not-found');
  });

  it('shows that page too when no address is registered at all', async () => {
    const workos = await startLocalWorkos({ redirectUris: [], logoutReturnUris: [], faults: new Faults() });
    try {
      const response = await open(`${workos.url}/user_management/sessions/logout?session_id=session_x`);
      expect(await response.text()).toContain('app-homepage-url-not-found');
    } finally {
      await workos.close();
    }
  });

  it('answers 422 without a session', async () => {
    expect((await open(`${fixture.workos.url}/user_management/sessions/logout`)).status).toBe(422);
  });

  it('ends nothing on HEAD', async () => {
    await signIn(fixture, 'bob@example.com');
    const url = fixture.sdk.userManagement.getLogoutUrl({ sessionId: lastSession().id });
    expect((await fetch(url, { method: 'HEAD', redirect: 'manual' })).status).toBe(405);
    expect(lastSession().endedAt).toBeUndefined();
  });

  it('makes AuthKit forget the browser', async () => {
    fixture.workos.settings.rememberSignIn = true;
    const authorizationUrl = fixture.sdk.userManagement.getAuthorizationUrl({
      provider: 'authkit',
      redirectUri: 'http://localhost:3000/callback',
    });
    const signedIn = await open(`${authorizationUrl}&login_hint=bob@example.com`);
    const headers = { cookie: signedIn.headers.get('set-cookie')?.split(';')[0] ?? '' };
    expect((await fetch(authorizationUrl, { redirect: 'manual', headers })).status).toBe(302);
    const logout = await fetch(`${fixture.workos.url}/user_management/sessions/logout?session_id=session_x`, {
      redirect: 'manual',
      headers,
    });
    expect(logout.headers.get('set-cookie')).toMatch(/^local-authkit-session=; Max-Age=0/);
    expect((await fetch(authorizationUrl, { redirect: 'manual', headers })).status).toBe(200);
  });
});

describe('POST /user_management/sessions/revoke', () => {
  it('ends the session, and again is no error', async () => {
    const { sealedSession } = await signIn(fixture, 'bob@example.com');
    const { userManagement } = fixture.sdk;
    await userManagement.revokeSession({ sessionId: lastSession().id });
    await userManagement.revokeSession({ sessionId: lastSession().id });
    expect(await refresh(fixture, sealedSession)).toMatchObject({ authenticated: false, reason: 'invalid_grant' });
  });

  it('leaves the access token valid until it expires, as WorkOS does', async () => {
    const { sealedSession } = await signIn(fixture, 'bob@example.com');
    await fixture.sdk.userManagement.revokeSession({ sessionId: lastSession().id });
    const session = fixture.sdk.userManagement.loadSealedSession({ sessionData: sealedSession, cookiePassword });
    expect(await session.authenticate()).toMatchObject({ authenticated: true });
  });

  it('refuses an unknown session and a wrong key', async () => {
    const revoking = fixture.sdk.userManagement.revokeSession({ sessionId: 'session_unknown' });
    await expect(revoking).rejects.toMatchObject({ status: 400 });
    const { userManagement } = createSdk(fixture.workos, { apiKey: 'sk_wrong' });
    await expect(userManagement.revokeSession({ sessionId: 'session_x' })).rejects.toBeInstanceOf(
      UnauthorizedException,
    );
  });

  it('meets the faults of its own name', async () => {
    fixture.faults.set('workos.revoke=503*1');
    const revoking = fixture.sdk.userManagement.revokeSession({ sessionId: 'session_x' });
    await expect(revoking).rejects.toMatchObject({ status: 503 });
  });
});

describe('GET /user_management/users/{id}/sessions', () => {
  it('lists the active sessions, newest first, in the SDK’s terms', async () => {
    const { userManagement } = fixture.sdk;
    const { id: userId } = await userManagement.createUser({ email: 'dora@example.com' });
    for (const provider of ['authkit', 'GoogleOAuth', 'GitHubOAuth'] as const) {
      await signIn(fixture, 'dora@example.com', { provider });
    }
    const ids = fixture.workos.sessions.filter((each) => each.userId === userId).map(({ id }) => id);
    await userManagement.revokeSession({ sessionId: ids[1] ?? '' });
    const { data } = await userManagement.listSessions(userId);
    expect(data.map(({ id }) => id)).toEqual([ids[2], ids[0]]);
    expect(data.map(({ authMethod }) => authMethod)).toEqual(['oauth', 'password']);
    expect(data[0]).toMatchObject({
      userId,
      ipAddress: '203.0.113.7',
      userAgent: 'a browser',
      status: 'active',
      endedAt: null,
    });
  });
});

describe('the rest of the API', () => {
  it('wants the API key', async () => {
    for (const headers of [
      {},
      { authorization: 'Bearer sk_wrong' },
      { authorization: `Basic ${fixture.workos.apiKey}` },
    ]) {
      const response = await fetch(`${fixture.workos.url}/user_management/users`, { headers });
      expect(response.status).toBe(401);
      expect(await response.json()).toEqual({ message: 'Unauthorized' });
    }
  });

  it('knows the seeded users and memberships', async () => {
    const { userManagement, organizations } = fixture.sdk;
    const { data: users } = await userManagement.listUsers({ email: 'alice@example.com' });
    const { data: memberships } = await userManagement.listOrganizationMemberships({ userId: users[0]?.id ?? '' });
    const { data: all } = await organizations.listOrganizations();
    const roles = memberships.map(({ organizationId, role }) => {
      return [all.find(({ id }) => id === organizationId)?.name, role.slug] as const;
    });
    expect(Object.fromEntries(roles)).toEqual({ 'Example Org': 'admin', 'Second Org': 'member' });
  });

  it('filters memberships by status as the SDK asks for it', async () => {
    const { userManagement } = fixture.sdk;
    const { id: userId } = await userManagement.createUser({ email: 'eve@example.com' });
    const organization = await fixture.sdk.organizations.createOrganization({ name: 'Third Org' });
    const membership = await userManagement.createOrganizationMembership({ userId, organizationId: organization.id });
    await userManagement.deactivateOrganizationMembership(membership.id);
    const active = await userManagement.listOrganizationMemberships({ userId, statuses: ['active'] });
    expect(active.data).toEqual([]);
    const inactive = await userManagement.listOrganizationMemberships({ userId, statuses: ['active', 'inactive'] });
    expect(inactive.data).toHaveLength(1);
    expect((await signIn(fixture, 'eve@example.com')).organizationId).toBeUndefined();
  });

  it('has its writes take effect on the next refresh', async () => {
    const { userManagement } = fixture.sdk;
    const { id: userId } = await userManagement.createUser({ email: 'fred@example.com' });
    const organization = await fixture.sdk.organizations.createOrganization({ name: 'Fourth Org' });
    const membership = await userManagement.createOrganizationMembership({
      userId,
      organizationId: organization.id,
      roleSlug: 'member',
    });
    const { sealedSession } = await signIn(fixture, 'fred@example.com');
    await userManagement.updateOrganizationMembership(membership.id, { roleSlug: 'admin' });
    expect(await refresh(fixture, sealedSession)).toMatchObject({ role: 'admin', organizationId: organization.id });
    await userManagement.deleteOrganizationMembership(membership.id);
    fixture.advanceSeconds(31);
    const { sealedSession: other } = await signIn(fixture, 'fred@example.com');
    expect(await refresh(fixture, other)).toMatchObject({ authenticated: true, organizationId: undefined });
  });

  it('ends the sessions of a user who is deleted', async () => {
    const { userManagement } = fixture.sdk;
    const { id } = await userManagement.createUser({ email: 'gone@example.com' });
    const { sealedSession } = await signIn(fixture, 'gone@example.com');
    await userManagement.deleteUser(id);
    expect(lastSession().endedAt).toBeInstanceOf(Date);
    expect(await refresh(fixture, sealedSession)).toMatchObject({ authenticated: false, reason: 'invalid_grant' });
    await expect(userManagement.getUser(id)).rejects.toBeInstanceOf(NotFoundException);
  });

  it('does not let the emulator answer on a path of the front', async () => {
    for (const [method, path] of [
      ['GET', '/user_management/authenticate'],
      ['DELETE', '/user_management/authorize'],
      ['POST', `/sso/jwks/${fixture.workos.clientId}`],
    ]) {
      const response = await fetch(`${fixture.workos.url}${path}`, { method: method ?? '' });
      expect(response.status).toBe(405);
    }
  });

  it('meets the faults named api, and others do not', async () => {
    fixture.faults.set('workos.api=503');
    await expect(fixture.sdk.userManagement.listUsers()).rejects.toMatchObject({ status: 503 });
    await signIn(fixture, 'bob@example.com');
  });
});

describe('startLocalWorkos()', () => {
  it('answers on every address that localhost has on this machine', async () => {
    const { port, clientId } = fixture.workos;
    const hasIpv6 = Object.values(networkInterfaces()).some((each) => each?.some(({ address }) => address === '::1'));
    for (const host of hasIpv6 ? ['127.0.0.1', '[::1]'] : ['127.0.0.1']) {
      expect((await fetch(`http://${host}:${port}/sso/jwks/${clientId}`)).status).toBe(200);
    }
  });

  it('refuses a port that is taken', async () => {
    const starting = startLocalWorkos({
      port: fixture.workos.port,
      redirectUris: [],
      logoutReturnUris: [],
      faults: new Faults(),
    });
    await expect(starting).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });

  it('leaves nothing listening when closed, even while a call hangs', async () => {
    const hanging = Promise.withResolvers<void>();
    class WatchedFaults extends Faults {
      override take(target: string, operation: string) {
        hanging.resolve();
        return super.take(target, operation);
      }
    }
    const workos = await startLocalWorkos({
      redirectUris: [],
      logoutReturnUris: [],
      faults: new WatchedFaults('workos=hang'),
    });
    const call = fetch(`${workos.url}/sso/jwks/${workos.clientId}`);
    await hanging.promise;
    await Promise.all([expect(call).rejects.toBeInstanceOf(TypeError), workos.close()]);
    await expect(fetch(workos.url)).rejects.toMatchObject({ cause: { code: 'ECONNREFUSED' } });
  });
});
