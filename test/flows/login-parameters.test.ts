/** `/login` and its parameters: what of them reaches WorkOS, and what becomes of the login. */
import { describe, expect, it } from 'vitest';
import { startGatehouse } from '../support/gatehouse.ts';
import { UserAgent } from '../support/user-agent.ts';

const gatehouse = await startGatehouse();
const { url, workos } = gatehouse;

/** What AuthKit is asked for after `/login?<query>`. */
async function askedOfWorkos(query: string): Promise<Record<string, string>> {
  const { status, location } = await new UserAgent().send(`${url}/login${query}`);
  if (location === undefined) throw new Error(`/login${query} answered ${status}`);
  return Object.fromEntries(new URL(location).searchParams);
}

async function idOf(collection: string, name: string): Promise<string> {
  const answer = await fetch(`${workos.url}/${collection}`, { headers: { authorization: `Bearer ${workos.apiKey}` } });
  const { data } = (await answer.json()) as { data: { id: string; name: string }[] };
  const found = data.find((each) => each.name === name);
  if (found === undefined) throw new Error(`the local WorkOS has no ${name}`);
  return found.id;
}

async function session(browser: UserAgent): Promise<Record<string, unknown>> {
  return JSON.parse((await browser.send(`${url}/session`)).body) as Record<string, unknown>;
}

describe('GET /login', () => {
  it('asks AuthKit for a code with state and PKCE S256, and for nothing more', async () => {
    const { location } = await new UserAgent().send(`${url}/login`);
    expect(location).toMatch(`${workos.url}/user_management/authorize?`);
    expect(await askedOfWorkos('')).toStrictEqual({
      client_id: workos.clientId,
      redirect_uri: `${url}/callback`,
      response_type: 'code',
      state: expect.stringMatching(/^[\w-]{39}$/),
      code_challenge: expect.stringMatching(/^[\w-]{43}$/),
      code_challenge_method: 'S256',
      provider: 'authkit',
    });
  });

  it.each([
    ['organization_id', 'org_123'],
    ['login_hint', 'alice+test@example.com'],
    ['domain_hint', 'example.com'],
    ['screen_hint', 'sign-in'],
    ['screen_hint', 'sign-up'],
    ['invitation_token', 'Z1uX3RbwcIl5fIGJJJCXXisdI'],
  ])('passes %s on', async (name, value) => {
    expect(await askedOfWorkos(`?${new URLSearchParams({ [name]: value })}`)).toMatchObject({ [name]: value });
  });

  it.each(['GoogleOAuth', 'GitHubOAuth', 'MicrosoftOAuth', 'AppleOAuth'])('leads straight to %s', async (provider) => {
    expect(await askedOfWorkos(`?provider=${provider}`)).toMatchObject({ provider });
  });

  it('puts a connection in the place of the provider', async () => {
    const asked = await askedOfWorkos('?connection_id=conn_123&provider=GoogleOAuth');
    expect(asked).toMatchObject({ connection_id: 'conn_123' });
    expect(asked).not.toHaveProperty('provider');
  });

  it('keeps a screen hint from providers, which have screens of their own', async () => {
    expect(await askedOfWorkos('?provider=GoogleOAuth&screen_hint=sign-up')).not.toHaveProperty('screen_hint');
  });

  it('passes on nothing that it does not know', async () => {
    const asked = await askedOfWorkos('?prompt=none&max_age=0&provider_scopes=admin&client_secret=x&nonce=y');
    expect(Object.keys(asked)).toHaveLength(7);
  });

  it.each([
    ['an unknown provider', 'provider=EvilOAuth'],
    ['a provider that the stage does not list', 'provider=SlackOAuth'],
    ["the provider's name in other letters", 'provider=googleoauth'],
    ['an unknown screen hint', 'screen_hint=sign-over'],
    ['an unknown origin', 'origin=desktop'],
    ['an empty organization', 'organization_id='],
    ['a parameter that is there twice', 'login_hint=alice%40example.com&login_hint=bob%40example.com'],
    ['a parameter that is too long', `login_hint=${'a'.repeat(257)}`],
  ])('refuses %s with a page and starts nothing', async (_, query) => {
    const answer = await new UserAgent().send(`${url}/login?${query}`);
    expect(answer.status).toBe(400);
    expect(answer.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(answer.body).toContain('<code>invalid_request</code>');
    expect(answer.setCookies).toStrictEqual([]);
  });
});

describe('a login with parameters', () => {
  it('belongs to the organization that was asked for, with the role that the user has there', async () => {
    const organizationId = await idOf('organizations', 'Second Org');
    const browser = new UserAgent();
    await browser.signIn(url, { organization_id: organizationId });
    expect(await session(browser)).toMatchObject({ organizationId, roles: ['member'] });
    const page = await browser.send(`${url}/dashboard`);
    expect(page.body).toContain(`<code>${organizationId}</code>`);
    expect(page.body).toContain('<li>member</li>');
  });

  it('goes through single sign-on with a connection', async () => {
    const browser = new UserAgent();
    await browser.signIn(url, { connection_id: await idOf('connections', 'Example Org SSO') });
    expect(await session(browser)).toMatchObject({ authMethod: 'SSO' });
    expect(gatehouse.aws.events.at(-1)?.detail).toMatchObject({ provider: 'connection', method: 'SSO' });
  });

  it('says which provider the user came through', async () => {
    const browser = new UserAgent();
    await browser.signIn(url, { provider: 'GoogleOAuth', login_hint: 'bob@example.com' });
    expect(await session(browser)).toMatchObject({ email: 'bob@example.com', authMethod: 'GoogleOAuth' });
    expect(gatehouse.aws.events.at(-1)?.detail).toMatchObject({ provider: 'GoogleOAuth', method: 'GoogleOAuth' });
  });

  it('asks who is there without a hint', async () => {
    const browser = new UserAgent();
    const chooser = await browser.visit(`${url}/login?return_to=/dashboard`);
    expect(new URL(chooser.url).origin).toBe(workos.url);
    const page = await browser.follow(await browser.submit(chooser.url, { email: 'bob@example.com' }));
    expect(page.url).toBe(`${url}/dashboard`);
    expect(page.body).toContain('Bob Baker');
  });

  it.each([
    ['organization_id', 'organization_invalid'],
    ['connection_id', 'connection_invalid'],
  ])('ends with a page that says so when WorkOS does not know the %s', async (parameter, code) => {
    const page = await new UserAgent().signIn(url, { [parameter]: 'nobody_knows' });
    expect(page.url).toBe(`${url}/login?error=${code}`);
    expect(page.body).toContain(`<code>${code}</code>`);
  });
});
