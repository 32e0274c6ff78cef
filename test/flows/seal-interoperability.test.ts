/** `wos-session` shared with applications that use WorkOS's own packages and the same password: each opens, refreshes and ends the other's. */
import { WorkOS } from '@workos-inc/node';
import { type AuthService, CookieSessionStorage, configure, createAuthService } from '@workos/authkit-session';
import { parseCookie } from 'cookie';
import { beforeEach, describe, expect, it } from 'vitest';
import { password } from '../support/cookie-passwords.ts';
import { startGatehouse } from '../support/gatehouse.ts';
import { expireAccessToken, makeSeal, openSeal, sealOf, workosSdk } from '../support/session-seals.ts';
import { type Answer, UserAgent } from '../support/user-agent.ts';

const gatehouse = await startGatehouse();
const { url, workos } = gatehouse;

/** What an application on `@workos/authkit-session` has to write itself. */
class RequestCookies extends CookieSessionStorage<Request, Response> {
  getCookie(request: Request, name: string): Promise<string | null> {
    return Promise.resolve(parseCookie(request.headers.get('cookie') ?? '')[name] ?? null);
  }
}

configure({
  clientId: workos.clientId,
  apiKey: workos.apiKey,
  redirectUri: `${url}/callback`,
  cookiePassword: password,
  apiHostname: 'localhost',
  apiHttps: false,
  apiPort: workos.port,
});
const authkit: AuthService<Request, Response> = createAuthService({
  sessionStorageFactory: (config) => new RequestCookies(config),
});
const sdk = workosSdk(gatehouse);
const load = (sessionData: string) => sdk.userManagement.loadSealedSession({ sessionData, cookiePassword: password });

let browser: UserAgent;
beforeEach(async () => {
  browser = new UserAgent();
  await browser.signIn(url);
});

const session = async (): Promise<Record<string, unknown>> =>
  JSON.parse((await browser.send(`${url}/session`)).body) as Record<string, unknown>;

const atTheirApplication = async (): Promise<Request> =>
  new Request('http://app.example/', { headers: { cookie: await browser.jar.getCookieString(url) } });

function expectAlice({ status, body }: Answer): void {
  expect(status).toBe(200);
  expect(body).toContain('alice@example.com');
}

describe("WorkOS's SDK", () => {
  it('opens and verifies our seal', async () => {
    const opened = await load(await sealOf(browser, url)).authenticate();
    expect(opened).toMatchObject({
      authenticated: true,
      authenticationMethod: 'Password',
      user: { object: 'user', email: 'alice@example.com', firstName: 'Alice', emailVerified: true },
      organizationId: (await session())['organizationId'],
      roles: ['admin'],
      permissions: ['members:manage', 'posts:read', 'posts:write'],
    });
  });

  it('opens and verifies a seal that we refreshed', async () => {
    await expireAccessToken(gatehouse, browser);
    expect(await load(await sealOf(browser, url)).authenticate()).toMatchObject({ reason: 'invalid_jwt' });
    await browser.send(`${url}/`);
    expect(await load(await sealOf(browser, url)).authenticate()).toMatchObject({ authenticated: true });
  });

  it('refreshes our seal into one that we accept', async () => {
    const before = await session();
    const refreshed = await load(await sealOf(browser, url)).refresh();
    if (!refreshed.authenticated) throw new Error(refreshed.reason);
    await browser.plant(url, 'wos-session', refreshed.sealedSession ?? '');
    expect(await session()).toStrictEqual({ ...before, expiresAt: expect.any(String) });
  });

  it('seals a sign-in of its own that we accept', async () => {
    const code = new URL(await workos.callbackWithoutState('bob@example.com')).searchParams.get('code') ?? '';
    const { sealedSession = '' } = await sdk.userManagement.authenticateWithCode({
      code,
      session: { sealSession: true, cookiePassword: password },
    });
    await browser.plant(url, 'wos-session', sealedSession);
    expect(await session()).toMatchObject({ email: 'bob@example.com', roles: ['member'], authMethod: 'Password' });
  });

  it('makes the sign-out URL for our session', async () => {
    const theirs = await load(await sealOf(browser, url)).getLogoutUrl({ returnTo: `${url}/` });
    expect((await browser.send(`${url}/logout`)).location).toBe(theirs);
  });
});

describe('@workos/authkit-session', () => {
  it('knows the user by our cookie', async () => {
    const { auth } = await authkit.withAuth(await atTheirApplication());
    expect(auth.user).toMatchObject({ email: 'alice@example.com', firstName: 'Alice' });
    expect(auth).toMatchObject({ organizationId: (await session())['organizationId'], role: 'admin' });
  });

  it('refreshes our session, and we accept what it sets', async () => {
    await expireAccessToken(gatehouse, browser);
    const { auth, refreshedSessionData } = await authkit.withAuth(await atTheirApplication());
    expect(auth.user?.email).toBe('alice@example.com');
    await browser.plant(url, 'wos-session', refreshedSessionData ?? '');
    expectAlice(await browser.send(`${url}/dashboard`));
  });

  it('sees a refresh of ours, whose cookie it gets with the next request', async () => {
    await expireAccessToken(gatehouse, browser);
    await browser.send(`${url}/session`);
    const { auth, refreshedSessionData } = await authkit.withAuth(await atTheirApplication());
    expect(auth.user?.email).toBe('alice@example.com');
    expect(refreshedSessionData).toBeUndefined();
  });

  it('switches the organization, and we follow', async () => {
    const { data } = await new WorkOS({ ...sdk.options, apiKey: workos.apiKey }).organizations.listOrganizations();
    const second = data.find(({ name }) => name === 'Second Org')?.id ?? '';
    const opened = await authkit.getSession(await atTheirApplication());
    if (opened === null) throw new Error('no session');
    const { encryptedSession } = await authkit.switchOrganization(opened, second);
    await browser.plant(url, 'wos-session', encryptedSession);
    expect(await session()).toMatchObject({ organizationId: second, roles: ['member'] });
  });
});

describe('a seal of an older or sparser SDK', () => {
  it('is accepted with no more of the user than id and e-mail', async () => {
    const { accessToken, refreshToken, user } = await openSeal(await sealOf(browser, url));
    const sparse = { accessToken, refreshToken, user: { id: user.id, email: user.email } };
    await browser.plant(url, 'wos-session', await makeSeal(sparse));
    expect(await session()).toMatchObject({ name: 'alice@example.com', authMethod: null });
    expectAlice(await browser.send(`${url}/dashboard`));
  });
});
