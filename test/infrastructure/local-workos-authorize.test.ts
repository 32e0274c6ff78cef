/** The local AuthKit's authorize endpoint: what it refuses, whom it lets straight on, and its account chooser. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { authorize, callback, createPkce, locationOf, startFixture, type Fixture } from './local-workos-fixture.ts';

let fixture: Fixture;
beforeAll(async () => {
  fixture = await startFixture({ initiateLoginUri: 'http://localhost:3000/login' });
});
afterAll(() => fixture.workos.close());
beforeEach(() => fixture.reset());

const wellFormed = { response_type: 'code', provider: 'authkit', redirect_uri: callback, state: 'the state' };

function open(query: Record<string, string>, init: RequestInit = {}): Promise<Response> {
  const parameters = new URLSearchParams({ client_id: fixture.workos.clientId, ...wellFormed, ...query });
  for (const [name, value] of Object.entries(query)) if (value === '') parameters.delete(name);
  return fetch(`${fixture.workos.url}/user_management/authorize?${parameters}`, { redirect: 'manual', ...init });
}

function choose(query: Record<string, string>, form: Record<string, string>): Promise<Response> {
  return open(query, { method: 'POST', body: new URLSearchParams(form) });
}

async function organizationId(name: string): Promise<string> {
  const { data } = await fixture.sdk.organizations.listOrganizations();
  const found = data.find((organization) => organization.name === name);
  if (found === undefined) throw new Error(`no organization ${name}`);
  return found.id;
}

describe('GET /user_management/authorize', () => {
  it.each([
    ['an unknown client', { client_id: 'client_other' }],
    ['an unregistered redirect URI', { redirect_uri: 'https://evil.example/callback' }],
    ['a redirect URI with something appended', { redirect_uri: `${callback}/` }],
    ['a redirect URI with another case', { redirect_uri: callback.toUpperCase() }],
    ['no redirect URI', { redirect_uri: '' }],
  ])('shows an error page and redirects nobody for %s', async (_, query) => {
    const response = await open({ ...query, login_hint: 'alice@example.com' });
    expect(response.status).toBe(400);
    expect(response.headers.get('location')).toBeNull();
    expect(await response.text()).toContain('Something went wrong');
  });

  it.each([
    ['unsupported_response_type', { response_type: 'token' }],
    ['invalid_connection_selector', { provider: '' }],
    ['invalid_connection_selector', { provider: 'AcmeOAuth' }],
    ['connection_invalid', { connection_id: 'conn_unknown' }],
    ['organization_invalid', { organization_id: 'org_unknown' }],
    ['invalid_request', { code_challenge: createPkce().codeChallenge, code_challenge_method: 'plain' }],
    ['invalid_request', { code_challenge: createPkce().codeChallenge }],
    ['invalid_request', { code_challenge: 'short', code_challenge_method: 'S256' }],
    ['invalid_request', { max_age: 'soon' }],
    ['login_required', { prompt: 'none' }],
  ])('answers the application with %s for %o', async (error, query) => {
    const location = locationOf(await open(query));
    expect(`${location.origin}${location.pathname}`).toBe(callback);
    expect(location.searchParams.get('error')).toBe(error);
    expect(location.searchParams.get('error_description')).not.toBe('');
    expect(location.searchParams.get('state')).toBe('the state');
    expect(location.searchParams.has('code')).toBe(false);
  });

  it('goes straight on with a code and the exact state for a known login_hint', async () => {
    const state = 'a+b %20&c=ü\u{1f600}';
    const { searchParams } = locationOf(await authorize(fixture, { loginHint: 'Alice@Example.com', state }));
    expect(searchParams.get('code')).toMatch(/^[0-9A-Z]{26}$/);
    expect(searchParams.get('state')).toBe(state);
  });

  it('adds no state where there was none', async () => {
    const { searchParams } = locationOf(await authorize(fixture, { loginHint: 'bob@example.com' }));
    expect([...searchParams.keys()]).toEqual(['code']);
  });

  it('shows the users with their organizations, and Cancel', async () => {
    const html = await (await open({})).text();
    for (const text of ['Sign in', 'Alice Archer', 'in Second Org', 'Bob Baker', 'Cancel'])
      expect(html).toContain(text);
  });

  it('shows the chooser in spite of login_hint when asked to select an account', async () => {
    const response = await open({ login_hint: 'alice@example.com', prompt: 'select_account' });
    expect(response.status).toBe(200);
  });

  it('shows the chooser for a login_hint that nobody has, and writes it as text', async () => {
    const response = await open({ login_hint: '<img src=x>@example.com', state: '"><script>' });
    const html = await response.text();
    expect(html).toContain('There is no &lt;img src=x&gt;@example.com here.');
    expect(html).not.toMatch(/<img|<script/);
  });

  it('lists only members when an organization is asked for', async () => {
    const html = await (await open({ organization_id: await organizationId('Second Org') })).text();
    expect(html).toContain('Alice Archer');
    expect(html).not.toContain('Bob Baker');
  });

  it.each([
    [{ screen_hint: 'sign-up' }, 'Sign up'],
    [{ provider: 'GitHubOAuth' }, 'Sign in with GitHub'],
  ])('is titled by %o', async (query, title) => {
    expect(await (await open(query)).text()).toContain(`<h1>${title}</h1>`);
  });

  it('allows its own style sheet and nothing else', async () => {
    const response = await open({});
    const policy = response.headers.get('content-security-policy');
    expect(policy).toMatch(/^default-src 'none'; style-src 'sha256-[^']+'; base-uri 'none'; frame-ancestors 'none'$/);
    expect(response.headers.get('cache-control')).toBe('no-store');
  });
});

describe('POST /user_management/authorize', () => {
  it('signs in who was chosen', async () => {
    const { searchParams } = locationOf(await choose({}, { email: 'bob@example.com', organization_id: '' }));
    expect(searchParams.get('code')).toBeTruthy();
    expect(searchParams.get('state')).toBe('the state');
  });

  it('answers access_denied on Cancel', async () => {
    const { searchParams } = locationOf(await choose({}, { cancel: '1' }));
    expect(searchParams.get('error')).toBe('access_denied');
    expect(searchParams.get('state')).toBe('the state');
  });

  it('refuses a choice that the page did not offer', async () => {
    const second = await organizationId('Second Org');
    for (const form of [
      { email: 'zed@example.com', organization_id: '' },
      { email: 'bob@example.com', organization_id: second },
    ]) {
      expect((await choose({}, form)).status).toBe(400);
    }
  });

  it('checks the request as strictly as at its start', async () => {
    const response = await choose({ redirect_uri: 'https://evil.example/' }, { email: 'bob@example.com' });
    expect(response.status).toBe(400);
  });
});

describe('AuthKit’s own session in the browser', () => {
  async function signInWithCookie(): Promise<string> {
    fixture.workos.settings.rememberSignIn = true;
    const response = await choose({}, { email: 'alice@example.com', organization_id: '' });
    const cookie = response.headers.get('set-cookie') ?? '';
    expect(cookie).toMatch(/^local-authkit-session=browser_\w+; Path=\/user_management; HttpOnly; SameSite=Lax$/);
    return cookie.split(';')[0] ?? '';
  }

  it('is not kept unless the settings say so', async () => {
    const response = await choose({}, { email: 'alice@example.com' });
    expect(response.headers.get('set-cookie')).toBeNull();
  });

  it('skips the sign-in', async () => {
    const cookie = await signInWithCookie();
    expect(locationOf(await open({}, { headers: { cookie } })).searchParams.has('code')).toBe(true);
    expect(locationOf(await open({ prompt: 'none' }, { headers: { cookie } })).searchParams.has('code')).toBe(true);
  });

  it.each([
    { prompt: 'login' },
    { prompt: 'select_account' },
    { max_age: '0' },
    { login_hint: 'zed@example.com' },
    { provider: 'GoogleOAuth' },
  ])('does not skip it for %o', async (query) => {
    const cookie = await signInWithCookie();
    expect((await open(query, { headers: { cookie } })).status).toBe(200);
  });

  it('counts for max_age from the sign-in', async () => {
    const cookie = await signInWithCookie();
    fixture.advanceSeconds(100);
    expect((await open({ max_age: '101' }, { headers: { cookie } })).status).toBe(302);
    expect((await open({ max_age: '100' }, { headers: { cookie } })).status).toBe(200);
  });
});

describe('GET /', () => {
  it('sends who comes without a sign-in to the application’s own', async () => {
    const response = await fetch(`${fixture.workos.url}/`, { redirect: 'manual' });
    expect(locationOf(response).href).toBe('http://localhost:3000/login');
  });
});
