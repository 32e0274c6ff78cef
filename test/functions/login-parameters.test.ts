import { describe, expect, it } from 'vitest';
import { startLoginEndpoint, transactionIn } from '../support/login-under-test.ts';
import { harmlessReturnTos, openRedirects } from '../support/open-redirect-corpus.ts';

describe('the parameters of GET /login', () => {
  it('reach AuthKit', async () => {
    const { ask, requests } = startLoginEndpoint();
    await ask(
      '/login?origin=web&provider=authkit&organization_id=org_1&login_hint=alice%40example.com' +
        '&domain_hint=example.com&screen_hint=sign-up&invitation_token=inv_1',
    );
    expect(requests).toMatchObject([
      {
        provider: 'authkit',
        organizationId: 'org_1',
        loginHint: 'alice@example.com',
        domainHint: 'example.com',
        screenHint: 'sign-up',
        invitationToken: 'inv_1',
      },
    ]);
  });

  it('may name a provider that the stage lists', async () => {
    const { ask, requests } = startLoginEndpoint();
    const { cookies } = await ask('/login?provider=GitHubOAuth');
    expect(requests).toMatchObject([{ provider: 'GitHubOAuth' }]);
    expect(transactionIn(cookies)).toMatchObject({ provider: 'GitHubOAuth' });
  });

  it('may name a connection, which takes the place of a provider', async () => {
    const { ask, requests } = startLoginEndpoint();
    const { cookies } = await ask('/login?connection_id=conn_1&provider=GoogleOAuth');
    expect(requests).toMatchObject([{ provider: 'connection', connectionId: 'conn_1' }]);
    expect(transactionIn(cookies)).toMatchObject({ provider: 'connection' });
  });

  it('show a sign-up screen only at AuthKit, which alone has one', async () => {
    const { ask, requests } = startLoginEndpoint();
    await ask('/login?provider=GoogleOAuth&screen_hint=sign-up');
    expect(requests).toMatchObject([{ provider: 'GoogleOAuth', screenHint: undefined }]);
  });

  it.each(['sign-in', 'sign-up'])('may ask AuthKit for the screen %s', async (screen) => {
    const { ask, requests } = startLoginEndpoint();
    await ask(`/login?screen_hint=${screen}`);
    expect(requests).toMatchObject([{ provider: 'authkit', screenHint: screen }]);
  });

  it('may be others, which are nothing to us', async () => {
    const { ask, requests } = startLoginEndpoint();
    await ask('/login?redirect_uri=https://evil.example/&state=mine&code_challenge=mine&prompt=none');
    expect(JSON.stringify(requests)).not.toMatch(/evil|mine|none/);
  });

  it.each([
    ['provider=MicrosoftOAuth', 'a provider that the stage does not list'],
    ['provider=evil', 'a provider that nobody knows'],
    ['provider=connection', 'our own word for a connection'],
    ['provider=', 'an empty provider'],
    ['provider=authkit&provider=authkit', 'a provider given twice'],
    ['origin=desktop', 'an unknown origin'],
    ['origin=native&origin=web', 'an origin given twice'],
    ['screen_hint=sign-off', 'an unknown screen'],
    ['organization_id=', 'an empty organization'],
    ['organization_id=org_1&organization_id=org_2', 'two organizations'],
    ['connection_id=', 'an empty connection'],
    [`login_hint=${'a'.repeat(257)}`, 'a hint of more than 256 characters'],
    [`domain_hint=${'a'.repeat(257)}`, 'a domain of more than 256 characters'],
    [`invitation_token=${'a'.repeat(257)}`, 'an invitation of more than 256 characters'],
  ])('are refused with 400 when there is %s: %s', async (query) => {
    const { ask, requests } = startLoginEndpoint();
    const { status, body, cookies, location } = await ask(`/login?${query}`);
    expect(status).toBe(400);
    expect(body).toContain('<code>invalid_request</code>');
    expect(cookies).toStrictEqual([]);
    expect(location).toBeUndefined();
    expect(requests).toStrictEqual([]);
  });

  it('are named in the log when they are wrong, without their values', async () => {
    const { log } = await startLoginEndpoint().ask('/login?login_hint=&screen_hint=secret');
    expect(log.lines[0]).toMatchObject({
      level: 'warn',
      cause: { message: 'parameters of a login: login_hint, screen_hint' },
    });
  });
});

describe('return_to at GET /login', () => {
  const returnToOf = async (query: string) =>
    transactionIn((await startLoginEndpoint().ask(`/login?${query}`)).cookies).returnTo;

  it.each(harmlessReturnTos)('is kept: %s', async (value) => {
    expect(await returnToOf(`return_to=${value}`)).toBe(new URLSearchParams(`return_to=${value}`).get('return_to'));
  });

  it.each(Object.entries(openRedirects))('is ignored, and the login goes on, for %s', async (_, values) => {
    const kept = await Promise.all(values.map((value) => returnToOf(`return_to=${value}`)));
    expect(kept).toStrictEqual(values.map(() => undefined));
  });

  it('is ignored when it is given twice', async () => {
    expect(await returnToOf('return_to=/a&return_to=/b')).toBeUndefined();
  });
});
