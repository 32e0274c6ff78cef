/** The local WorkOS sends people to the local Google and GitHub for real, and hands on what they give. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Faults } from '../../lib/local/faults.ts';
import { type LocalGithub, startLocalGithub } from '../../lib/local/github/server.ts';
import { type LocalGoogle, startLocalGoogle } from '../../lib/local/google/server.ts';
import { callbackAt } from '../../lib/local/workos/provider-consent.ts';
import { authorize, createPkce, type Fixture, locationOf, startFixture } from './local-workos-fixture.ts';

const alice = 'alice@example.com';
const privateAlice = 'alice.private@gmail.com';
const modify = 'https://www.googleapis.com/auth/gmail.modify';
const readCalendar = 'https://www.googleapis.com/auth/calendar.readonly';
const identity = [
  'openid',
  'https://www.googleapis.com/auth/userinfo.email',
  'https://www.googleapis.com/auth/userinfo.profile',
];

const faults = new Faults();
let google: LocalGoogle;
let github: LocalGithub;
let fixture: Fixture;
beforeAll(async () => {
  google = await startLocalGoogle({ redirectUris: [], faults });
  github = await startLocalGithub({ redirectUris: [], faults });
  fixture = await startFixture({ providers: { GoogleOAuth: google, GitHubOAuth: github } });
  google.registerRedirect(callbackAt(fixture.workos.url, 'GoogleOAuth'));
  github.registerRedirect(callbackAt(fixture.workos.url, 'GitHubOAuth'));
});
afterAll(() => Promise.all([fixture.workos.close(), google.close(), github.close()]));
beforeEach(() => {
  faults.clear();
  for (const email of [alice, privateAlice]) google.revokeGrant(email);
  github.settings.expiringTokens = false;
});

type AuthorizationOptions = NonNullable<Parameters<typeof authorize>[1]>;

const connectGmail: AuthorizationOptions = {
  provider: 'GoogleOAuth',
  providerScopes: [modify],
  providerQueryParams: { access_type: 'offline', prompt: 'consent' },
  loginHint: alice,
};

/** From the application to the consent page. */
async function atProvider(options: AuthorizationOptions): Promise<URL> {
  return locationOf(await authorize(fixture, { state: 'the state', ...options }));
}

/** Presses a button of the consent page, and goes on to where WorkOS sends back to. */
async function answerConsent(page: URL, form: Readonly<Record<string, string>>): Promise<URL> {
  const answer = await fetch(page, { method: 'POST', redirect: 'manual', body: new URLSearchParams(form) });
  return locationOf(await fetch(locationOf(answer), { redirect: 'manual' }));
}

async function connect(options: AuthorizationOptions, account = alice, scope = modify) {
  const { codeVerifier, codeChallenge } = createPkce();
  const organizationId = await exampleOrg();
  const pkce = { codeChallenge, codeChallengeMethod: 'S256' } as const;
  const back = await answerConsent(await atProvider({ organizationId, ...pkce, ...options }), {
    consent: 'allow',
    account,
    scope,
  });
  expect(back.searchParams.get('state')).toBe('the state');
  const code = back.searchParams.get('code') ?? '';
  return fixture.sdk.userManagement.authenticateWithCode({ code, codeVerifier });
}

async function exampleOrg(): Promise<string> {
  const { data } = await fixture.sdk.organizations.listOrganizations();
  return data.find(({ name }) => name === 'Example Org')?.id ?? '';
}

describe('an authorization with provider_scopes', () => {
  it('leads to Google, with the hint and whatever is to be handed on', async () => {
    const page = await atProvider(connectGmail);
    expect(page.href).toContain(`${google.url}/o/oauth2/v2/auth?`);
    expect(Object.fromEntries(page.searchParams)).toMatchObject({
      client_id: google.clientId,
      redirect_uri: `${fixture.workos.url}/sso/oauth/google/callback`,
      access_type: 'offline',
      prompt: 'consent',
      login_hint: alice,
      scope: `openid email profile ${modify}`,
    });
    expect((await fetch(page)).status).toBe(200);
  });

  it.each([
    ['repeated', [modify, readCalendar].map((scope) => `provider_scopes=${encodeURIComponent(scope)}`).join('&')],
    ['in one list with commas', `provider_scopes=${encodeURIComponent(`${modify},${readCalendar}`)}`],
  ])('takes scopes that are %s', async (_, encoded) => {
    const url = fixture.sdk.userManagement.getAuthorizationUrl({
      provider: 'GoogleOAuth',
      redirectUri: 'http://localhost:3000/callback',
    });
    const page = locationOf(await fetch(`${url}&${encoded}`, { redirect: 'manual' }));
    expect(page.searchParams.get('scope')).toBe(`openid email profile ${modify} ${readCalendar}`);
  });

  it('leaves the account chooser to those without', async () => {
    const response = await authorize(fixture, { provider: 'GoogleOAuth' });
    expect(await response.text()).toContain('<h1>Sign in with Google</h1>');
  });

  it('asks for consent whoever is hinted, and answers access_denied on Cancel', async () => {
    for (const options of [connectGmail, { provider: 'GitHubOAuth', providerScopes: ['repo'] }]) {
      const back = await answerConsent(await atProvider(options), { consent: 'cancel' });
      expect(Object.fromEntries(back.searchParams)).toMatchObject({ error: 'access_denied', state: 'the state' });
      expect(back.searchParams.has('code')).toBe(false);
    }
  });

  it('answers oauth_failed when the provider does not keep its word', async () => {
    const page = await atProvider(connectGmail);
    faults.set('google.token=503');
    const back = await answerConsent(page, { consent: 'allow', account: alice, scope: modify });
    expect(back.searchParams.get('error')).toBe('oauth_failed');
  });

  it('takes a provider’s answer once, and only to what was asked here', async () => {
    const page = await atProvider(connectGmail);
    const form = new URLSearchParams({ consent: 'allow', account: alice, scope: modify });
    const back = locationOf(await fetch(page, { method: 'POST', redirect: 'manual', body: form }));
    await fetch(back, { redirect: 'manual' });
    const invented = new URL(back);
    invented.searchParams.set('state', 'invented');
    for (const url of [back, invented]) expect((await fetch(url, { redirect: 'manual' })).status).toBe(400);
  });
});

describe('the sign-in that follows', () => {
  it('is that of the user with the account’s address, with Google’s tokens', async () => {
    const nowSeconds = Math.floor(Date.now() / 1000);
    const { user, authenticationMethod, oauthTokens, organizationId } = await connect(connectGmail);
    expect({ email: user.email, authenticationMethod }).toEqual({ email: alice, authenticationMethod: 'GoogleOAuth' });
    expect(organizationId).toBe(await exampleOrg());
    expect(oauthTokens?.scopes).toEqual([...identity, modify]);
    expect(oauthTokens?.expiresAt).toBeGreaterThanOrEqual(nowSeconds + 3599);
    expect(oauthTokens?.expiresAt).toBeLessThan(nowSeconds + 3699);

    const refreshed = await fetch(`${google.url}/token`, {
      method: 'POST',
      body: new URLSearchParams({
        client_id: google.clientId,
        client_secret: google.clientSecret,
        grant_type: 'refresh_token',
        refresh_token: oauthTokens?.refreshToken ?? '',
      }),
    });
    expect(refreshed.status).toBe(200);
  });

  it('hands on what was granted, not what was asked for', async () => {
    const { oauthTokens } = await connect(connectGmail, alice, 'none');
    expect(oauthTokens?.scopes).toEqual(identity);
  });

  it('has no refresh token of Google without access_type=offline', async () => {
    const { oauthTokens } = await connect({ ...connectGmail, providerQueryParams: { prompt: 'consent' } });
    expect(oauthTokens?.accessToken).toMatch(/^ya29/);
    expect(oauthTokens?.refreshToken).toBeUndefined();
  });

  it('has GitHub’s token, and its refresh token and expiry where GitHub gives them', async () => {
    const options = { provider: 'GitHubOAuth', providerScopes: ['repo'], loginHint: alice };
    const { user, oauthTokens } = await connect(options, 'alice-archer', 'repo');
    expect(user.email).toBe(alice);
    expect(oauthTokens).toMatchObject({ accessToken: expect.stringMatching(/^gho_/), scopes: ['user:email', 'repo'] });
    expect(oauthTokens?.refreshToken).toBeUndefined();

    github.settings.expiringTokens = true;
    const expiring = (await connect(options, 'alice-archer', 'repo')).oauthTokens;
    expect(expiring?.refreshToken).toMatch(/^ghr_/);
    expect(expiring?.expiresAt).toBeGreaterThan(Date.now() / 1000 + 28_000);
  });

  it('is another user’s when the account has another address, who is made if need be', async () => {
    const { user } = await connect(connectGmail, privateAlice);
    const again = await connect(connectGmail, privateAlice);
    expect(user.email).toBe(privateAlice);
    expect(again.user.id).toBe(user.id);
    expect((await connect(connectGmail)).user.id).not.toBe(user.id);
  });

  it('has no tokens at a refresh', async () => {
    const { refreshToken } = await connect(connectGmail);
    const refreshed = await fixture.sdk.userManagement.authenticateWithRefreshToken({ refreshToken });
    expect(refreshed).toHaveProperty('accessToken');
    expect(JSON.stringify(refreshed)).not.toContain('ya29.');
  });
});
