/** The local WorkOS's code exchange: what a code is good for, what the answer and its tokens say. */
import { AuthenticationException, OauthException, UnauthorizedException } from '@workos-inc/node';
import { createRemoteJWKSet, decodeJwt, decodeProtectedHeader, jwtVerify } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  authorize,
  cookiePassword,
  createSdk,
  locationOf,
  signIn,
  signInAtWorkos,
  startFixture,
  type Fixture,
} from './local-workos-fixture.ts';

let fixture: Fixture;
beforeAll(async () => {
  fixture = await startFixture();
});
afterAll(() => fixture.workos.close());
beforeEach(() => fixture.reset());

function post(body: Record<string, unknown>, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`${fixture.workos.url}/user_management/authenticate`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
}

const client = () => ({ client_id: fixture.workos.clientId, client_secret: fixture.workos.apiKey });

// Typed, since `expect` makes its matchers `any`.
const aString: unknown = expect.any(String);
const aNumber: unknown = expect.any(Number);
const matching = (pattern: RegExp): unknown => expect.stringMatching(pattern);

const aliceInPart: unknown = expect.objectContaining({
  object: 'user',
  email: 'alice@example.com',
  first_name: 'Alice',
  email_verified: true,
});

describe('authenticating with a code', () => {
  it('answers as WorkOS does, sealed session left to the SDK', async () => {
    const { code, codeVerifier } = await signInAtWorkos(fixture, 'alice@example.com');
    const response = await post({ ...client(), grant_type: 'authorization_code', code, code_verifier: codeVerifier });
    const answer: unknown = await response.json();
    expect(answer).toEqual({
      user: aliceInPart,
      organization_id: matching(/^org_/),
      access_token: matching(/^ey/),
      refresh_token: matching(/^[\w-]{25}$/),
      authentication_method: 'Password',
    });
  });

  it('takes a form as well as JSON', async () => {
    const { code, codeVerifier } = await signInAtWorkos(fixture, 'bob@example.com');
    const response = await fetch(`${fixture.workos.url}/user_management/authenticate`, {
      method: 'POST',
      body: new URLSearchParams({ ...client(), grant_type: 'authorization_code', code, code_verifier: codeVerifier }),
    });
    expect(response.status).toBe(200);
  });

  it('keeps the address and user agent it was given on the session', async () => {
    await signIn(fixture, 'bob@example.com');
    expect(fixture.workos.sessions.at(-1)).toMatchObject({ ipAddress: '203.0.113.7', userAgent: 'a browser' });
  });

  it('seals a session that the SDK accepts', async () => {
    const { sealedSession, user } = await signIn(fixture, 'bob@example.com');
    const session = fixture.sdk.userManagement.loadSealedSession({ sessionData: sealedSession, cookiePassword });
    expect(await session.authenticate()).toMatchObject({ authenticated: true, user: { id: user.id }, role: 'member' });
  });

  it('takes a code once', async () => {
    const grant = await signInAtWorkos(fixture, 'bob@example.com');
    await fixture.sdk.userManagement.authenticateWithCode(grant);
    const again = fixture.sdk.userManagement.authenticateWithCode(grant);
    await expect(again).rejects.toMatchObject({
      error: 'invalid_grant',
      errorDescription: `The code '${grant.code}' has expired or is invalid.`,
    });
  });

  it('refuses a code after ten minutes', async () => {
    const grant = await signInAtWorkos(fixture, 'bob@example.com');
    fixture.advanceSeconds(600);
    await expect(fixture.sdk.userManagement.authenticateWithCode(grant)).rejects.toMatchObject({
      error: 'invalid_grant',
    });
  });

  it('burns the code of a wrong verifier', async () => {
    const { code, codeVerifier } = await signInAtWorkos(fixture, 'bob@example.com');
    const { userManagement } = fixture.sdk;
    const wrong = userManagement.authenticateWithCode({ code, codeVerifier: `${codeVerifier}x` });
    await expect(wrong).rejects.toMatchObject({ error: 'invalid_grant', errorDescription: 'Invalid code verifier.' });
    await expect(userManagement.authenticateWithCode({ code, codeVerifier })).rejects.toMatchObject({
      error: 'invalid_grant',
    });
  });

  it('refuses a code without the verifier that its challenge calls for', async () => {
    const { code } = await signInAtWorkos(fixture, 'bob@example.com');
    await expect(fixture.sdk.userManagement.authenticateWithCode({ code })).rejects.toBeInstanceOf(OauthException);
  });

  it('refuses a verifier for a code that was asked for without a challenge', async () => {
    const url = new URL(await fixture.workos.callbackWithoutState('bob@example.com'));
    expect(url.searchParams.has('state')).toBe(false);
    const code = url.searchParams.get('code') ?? '';
    const answer = fixture.sdk.userManagement.authenticateWithCode({ code, codeVerifier: 'v'.repeat(43) });
    await expect(answer).rejects.toMatchObject({ status: 400, code: 'code_challenge_not_found' });
  });

  it('answers 401 to a wrong API key, and keeps the code', async () => {
    const grant = await signInAtWorkos(fixture, 'bob@example.com');
    const { userManagement } = createSdk(fixture.workos, { apiKey: 'sk_wrong' });
    await expect(userManagement.authenticateWithCode(grant)).rejects.toBeInstanceOf(UnauthorizedException);
    await expect(fixture.sdk.userManagement.authenticateWithCode(grant)).resolves.toBeDefined();
  });

  it.each([
    [{ client_id: 'client_other' }, 'invalid_client'],
    [{ client_secret: 'sk_wrong' }, 'invalid_client'],
    [{ client_secret: undefined }, 'invalid_client'],
    [{ client_id: undefined }, 'invalid_request'],
    [{ grant_type: undefined }, 'invalid_request'],
    [{ grant_type: 'client_credentials' }, 'invalid_request'],
    [{ code: undefined }, 'invalid_request'],
    [{ code: { $ne: '' } }, 'invalid_request'],
  ])('answers 400 to %o: %s', async (change, error) => {
    const response = await post({ ...client(), grant_type: 'authorization_code', code: 'no code', ...change });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error, error_description: aString });
  });

  it.each(['', '[]', '{', '"text"'])('answers invalid_request to the body %j', async (body) => {
    const response = await fetch(`${fixture.workos.url}/user_management/authenticate`, { method: 'POST', body });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: 'invalid_request' });
  });
});

describe('the access token', () => {
  const keys = () => createRemoteJWKSet(new URL(`${fixture.workos.url}/sso/jwks/${fixture.workos.clientId}`));

  it('carries production’s claims and no others', async () => {
    const { accessToken, user, organizationId } = await signIn(fixture, 'alice@example.com');
    const { payload, protectedHeader } = await jwtVerify(accessToken, keys(), { issuer: fixture.workos.issuer });
    expect(protectedHeader).toEqual({ alg: 'RS256', kid: aString });
    expect(payload).toEqual({
      iss: fixture.workos.issuer,
      sub: user.id,
      sid: fixture.workos.sessions.at(-1)?.id,
      jti: aString,
      client_id: fixture.workos.clientId,
      iat: aNumber,
      exp: (payload.iat ?? 0) + 300,
      auth_time: payload.iat,
      org_id: organizationId,
      role: 'admin',
      roles: ['admin'],
      permissions: ['members:manage', 'posts:read', 'posts:write'],
    });
  });

  it('names no organization and no role for a user who has none', async () => {
    const { userManagement } = fixture.sdk;
    const { id } = await userManagement.createUser({ email: 'carol@example.com', firstName: 'Carol' });
    const { accessToken, organizationId } = await signIn(fixture, 'carol@example.com');
    expect(organizationId).toBeUndefined();
    const claims = decodeJwt(accessToken);
    expect(claims.sub).toBe(id);
    for (const name of ['org_id', 'role', 'roles', 'permissions', 'act', 'aud', 'email'])
      expect(claims).not.toHaveProperty(name);
  });

  it('lives as long as the settings say, also not at all', async () => {
    fixture.workos.settings.accessTokenSeconds = -10;
    const { sealedSession } = await signIn(fixture, 'bob@example.com');
    const session = fixture.sdk.userManagement.loadSealedSession({ sessionData: sealedSession, cookiePassword });
    expect(await session.authenticate()).toEqual({ authenticated: false, reason: 'invalid_jwt' });
  });

  it('keeps auth_time at the sign-in when AuthKit skipped it', async () => {
    fixture.workos.settings.rememberSignIn = true;
    const first = await authorize(fixture, { loginHint: 'bob@example.com' });
    const cookie = first.headers.get('set-cookie')?.split(';')[0] ?? '';
    fixture.advanceSeconds(1000);
    const code = locationOf(await authorize(fixture, {}, { cookie })).searchParams.get('code') ?? '';
    const { accessToken } = await fixture.sdk.userManagement.authenticateWithCode({ code });
    const { auth_time: authTime, iat = 0 } = decodeJwt(accessToken);
    expect(iat - Number(authTime)).toBeGreaterThanOrEqual(999);
  });

  it('grows with the permissions of its role', async () => {
    const many = Array.from({ length: 60 }, (_, index) => `resource-${index}:some-action`);
    fixture.workos.setPermissions('member', many);
    const { accessToken } = await signIn(fixture, 'bob@example.com');
    fixture.workos.setPermissions('member', ['posts:read']);
    expect(decodeJwt(accessToken)['permissions']).toEqual(many);
  });

  it('is signed by a new key after a rotation, the old one still published unless withdrawn', async () => {
    const old = await signIn(fixture, 'bob@example.com');
    fixture.workos.rotateSigningKey();
    const fresh = await signIn(fixture, 'bob@example.com');
    expect(decodeProtectedHeader(fresh.accessToken).kid).not.toBe(decodeProtectedHeader(old.accessToken).kid);
    await jwtVerify(old.accessToken, keys());
    await jwtVerify(fresh.accessToken, keys());

    fixture.workos.rotateSigningKey({ withdrawOldKeys: true });
    await expect(jwtVerify(fresh.accessToken, keys())).rejects.toMatchObject({ code: 'ERR_JWKS_NO_MATCHING_KEY' });
  });

  it('has its keys at the client’s own address only', async () => {
    expect((await fetch(`${fixture.workos.url}/sso/jwks/client_other`)).status).toBe(404);
    expect((await fetch(`${fixture.workos.url}/sso/jwks/%ff`)).status).toBe(404);
  });
});

describe('who signs in how', () => {
  it.each(['GoogleOAuth', 'GitHubOAuth', 'MicrosoftOAuth', 'AppleOAuth'] as const)(
    'names the provider: %s',
    async (provider) => {
      const { authenticationMethod, organizationId } = await signIn(fixture, 'bob@example.com', { provider });
      expect(authenticationMethod).toBe(provider);
      expect(organizationId).toMatch(/^org_/);
    },
  );

  it('is SSO through a connection, into the connection’s organization', async () => {
    const { data } = await fixture.sdk.sso.listConnections();
    const [connection] = data;
    const { code, codeVerifier } = await signInAtWorkos(fixture, 'alice@example.com', {
      connectionId: connection?.id ?? '',
    });
    const answer = await fixture.sdk.userManagement.authenticateWithCode({ code, codeVerifier });
    expect(answer).toMatchObject({ authenticationMethod: 'SSO', organizationId: connection?.organizationId });
  });

  it('takes the organization that was asked for', async () => {
    const { data } = await fixture.sdk.organizations.listOrganizations();
    const second = data.find(({ name }) => name === 'Second Org')?.id ?? '';
    const { accessToken } = await signIn(fixture, 'alice@example.com', { organizationId: second });
    expect(decodeJwt(accessToken)).toMatchObject({ org_id: second, role: 'member' });
  });

  it('asks a member of several organizations to choose when a provider signed them in', async () => {
    const { userManagement } = fixture.sdk;
    const grant = await signInAtWorkos(fixture, 'alice@example.com', { provider: 'GoogleOAuth' });
    const refusal: unknown = await userManagement.authenticateWithCode(grant).catch((error: unknown) => error);
    if (!(refusal instanceof AuthenticationException)) throw new Error('no AuthenticationException');
    expect(refusal).toMatchObject({ status: 403, code: 'organization_selection_required' });

    const { data } = await fixture.sdk.organizations.listOrganizations();
    const choice = {
      pendingAuthenticationToken: refusal.pendingAuthenticationToken ?? '',
      organizationId: data[0]?.id ?? '',
    };
    const answer = await userManagement.authenticateWithOrganizationSelection(choice);
    expect(answer).toMatchObject({ authenticationMethod: 'GoogleOAuth', organizationId: choice.organizationId });
    await expect(userManagement.authenticateWithOrganizationSelection(choice)).rejects.toMatchObject({
      code: 'invalid_pending_authentication_token',
    });
  });

  it('says who impersonates whom', async () => {
    const impersonator = { email: 'support@example.com', reason: 'ticket 42' };
    await fixture.workos.impersonate('bob@example.com', impersonator);
    const answer = await signIn(fixture, 'bob@example.com');
    await fixture.workos.impersonate('bob@example.com', undefined);
    expect(answer).toMatchObject({ impersonator, authenticationMethod: 'Impersonation' });
    expect(decodeJwt(answer.accessToken)).toMatchObject({ act: { sub: 'support@example.com' } });
    expect((await signIn(fixture, 'bob@example.com')).impersonator).toBeUndefined();
  });

  it('shows a user’s changed fields in the answer and in the API', async () => {
    const picture = `https://images.example/${'x'.repeat(1000)}`;
    await fixture.workos.changeUser('bob@example.com', { profile_picture_url: picture, first_name: 'Robert' });
    const { user } = await signIn(fixture, 'bob@example.com');
    expect(user).toMatchObject({ firstName: 'Robert', profilePictureUrl: picture });
    expect(user.lastSignInAt).not.toBeNull();
    expect(await fixture.sdk.userManagement.getUser(user.id)).toMatchObject({ profilePictureUrl: picture });
    const { data } = await fixture.sdk.userManagement.listUsers({ email: 'bob@example.com' });
    expect(data[0]?.firstName).toBe('Robert');
  });
});
