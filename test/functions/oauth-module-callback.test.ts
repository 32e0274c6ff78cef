/** The end of a consent as a function of its dependencies; the part that knows apps is in complete-native-connect.test.ts. */
import { beforeEach, describe, expect, it } from 'vitest';
import { AuthError } from '../../functions/shared/domain/auth-error.ts';
import {
  alicesAccount,
  aliceOnTheWeb,
  bobOnTheWeb,
  bobsAccount,
  type Browser,
  type ConnectUnderTest,
  endOf,
  grantFrom,
  startConnect,
} from '../support/connect-under-test.ts';

let world: ConnectUnderTest;
let browser: Browser;
beforeEach(() => {
  world = startConnect();
  browser = world.browser('alice');
});

/** Alice's consent to Gmail, up to the answer that is given. */
async function comeBackWith(answer: Readonly<Record<string, string>>, query = '') {
  await browser.connect(query);
  return browser.comeBack(answer);
}

const error = (code: string) => ({ connect_error: code });

describe('GET /oauth/{module}/callback by way of WorkOS', () => {
  it('connects the module, and leads to the account page', async () => {
    const { status, location } = await comeBackWith({ code: world.consentAtWorkos() });
    expect([status, location]).toStrictEqual([302, '/dashboard?connected=gmail']);
    const kept = await world.keeping.keeper.find(aliceOnTheWeb.userId, world.modules.gmail);
    expect(kept).toMatchObject({ status: 'connected', account: alicesAccount, scopes: ['mail'] });
    expect(world.keeping.events.published.map(({ name }) => name)).toStrictEqual(['module.connected']);
  });

  it.each([
    ['/notes?page=2#top', '/notes?page=2&connected=gmail#top'],
    ['/notes?connect_error=scope_missing', '/notes?connected=gmail'],
    ['https://app.example.com/settings', 'https://app.example.com/settings?connected=gmail'],
  ])('leads to return_to (%s)', async (returnTo, end) => {
    const code = world.consentAtWorkos();
    expect((await comeBackWith({ code }, `?${new URLSearchParams({ return_to: returnTo })}`)).location).toBe(end);
  });

  it('ends the session that WorkOS made for it, and leaves the own one alone', async () => {
    const { cookies } = await comeBackWith({ code: world.consentAtWorkos({ workosSessionId: 'session_second' }) });
    expect(world.remoteSessions.revoked).toStrictEqual(['session_second']);
    expect(cookies.filter((cookie) => cookie.startsWith('wos-session'))).toStrictEqual([]);
    expect(browser.cookies).toStrictEqual(['wos-session=alice']);
  });

  it.each([
    ['the user said no', { error: 'access_denied' }, 'consent_refused'],
    ['AuthKit failed', { error: 'oauth_failed' }, 'auth_failed'],
    ['an error nobody knows came back', { error: '<script>' }, 'auth_failed'],
    ['neither code nor error came back', {}, 'auth_failed'],
    ['the code is not WorkOS’s', { code: 'made-up' }, 'auth_failed'],
  ])('connects nothing when %s', async (_, answer, code) => {
    expect(endOf(await comeBackWith(answer, '?return_to=/notes'))).toStrictEqual(error(code));
    expect(await world.statusOf(aliceOnTheWeb)).toBe('not_connected');
  });

  it('connects nothing when the consent took longer than ten minutes, and says so where it began', async () => {
    const code = world.consentAtWorkos();
    await browser.connect('?return_to=/notes');
    await world.advanceSeconds(601);
    expect((await browser.comeBack({ code })).location).toBe('/notes?connect_error=auth_failed');
    expect(world.exchanges()).toBe(0);
  });

  it('connects nothing when WorkOS signed the user in by something else than the provider', async () => {
    const code = world.consentAtWorkos({ authMethod: 'Password' });
    expect(endOf(await comeBackWith({ code }))).toStrictEqual(error('auth_failed'));
  });

  it('tells an operator when WorkOS hands on no tokens', async () => {
    const { location, log } = await comeBackWith({ code: world.consentAtWorkos({ grant: undefined }) });
    expect(location).toBe('/dashboard?connect_error=auth_failed');
    expect(log.lines).toContainEqual(expect.objectContaining({ level: 'error', event: 'connect.no_provider_tokens' }));
    expect(world.remoteSessions.revoked).toHaveLength(1);
  });

  it('logs what a provider called it, and no sentence of it', async () => {
    const { log } = await comeBackWith({ error: 'oauth_failed' });
    expect(log.fieldsOf('connect.failed')).toMatchObject([{ module: 'gmail', providerError: 'oauth_failed' }]);
    const described = await comeBackWith({ error: 'Not a word' });
    expect(described.log.fieldsOf('connect.failed')[0]).not.toHaveProperty('providerError');
  });

  it('clears the cookie of the flow, whatever comes of it', async () => {
    for (const answer of [{ code: world.consentAtWorkos() }, { code: 'made-up' }, { error: 'access_denied' }, {}]) {
      await comeBackWith(answer);
      expect(browser.cookies).toStrictEqual(['wos-session=alice']);
    }
  });

  it('takes and clears nothing for a browser that looks ahead', async () => {
    const code = world.consentAtWorkos();
    await browser.connect();
    const { status, cookies } = await browser.comeBack({ code }, world.modules.gmail, { 'sec-purpose': 'prefetch' });
    expect([status, cookies]).toStrictEqual([503, []]);
    expect(endOf(await browser.comeBack({ code }))).toStrictEqual({ connected: 'gmail' });
  });

  it('knows no module that is switched off', async () => {
    const off = { ...world.modules.gmail, name: 'google-calendar' };
    expect((await browser.comeBack({ code: 'c' }, off)).status).toBe(404);
  });

  it('reports what a provider of ours did not do as an error, and blames nobody for it', async () => {
    world.keeping.providers.google.failNext('account', 'later');
    const { location, log } = await comeBackWith({ code: world.consentAtWorkos() });
    expect(location).toBe('/dashboard?connect_error=auth_failed');
    expect(log.lines).toContainEqual(expect.objectContaining({ level: 'error', event: 'connect.failed' }));
  });
});

describe('GET /oauth/{module}/callback from the provider itself', () => {
  beforeEach(() => {
    world = startConnect({ via: 'direct' });
    browser = world.browser('alice');
  });

  it('connects whichever account the user consents with, and asks WorkOS nothing', async () => {
    const code = world.keeping.providers.google.code(bobsAccount, ['mail']);
    expect(endOf(await comeBackWith({ code }))).toStrictEqual({ connected: 'gmail' });
    expect(await world.keeping.keeper.find(aliceOnTheWeb.userId, world.modules.gmail)).toMatchObject({
      account: bobsAccount,
    });
    expect(world.remoteSessions.revoked).toStrictEqual([]);
  });

  it.each([
    ['refused', 'warn'],
    ['later', 'error'],
    ['misconfigured', 'error'],
    ['unexpected', 'error'],
  ] as const)('connects nothing when the provider’s answer to the code is: %s', async (failure, level) => {
    world.keeping.providers.google.failNext('exchange', failure);
    const { location, log } = await comeBackWith({ code: 'c' });
    expect(location).toBe('/dashboard?connect_error=auth_failed');
    expect(log.lines).toContainEqual(expect.objectContaining({ level, event: 'connect.failed' }));
  });

  it('exchanges nothing for an answer that names another issuer (RFC 9207)', async () => {
    const { google } = world.keeping.providers;
    Object.assign(google, { issuer: 'https://accounts.google.com' });
    const code = google.code(alicesAccount, ['mail']);
    expect(endOf(await comeBackWith({ code, iss: 'https://evil.example' }))).toStrictEqual(error('auth_failed'));
    expect(world.exchanges()).toBe(0);
    expect(endOf(await comeBackWith({ code, iss: 'https://accounts.google.com' }))).toStrictEqual({
      connected: 'gmail',
    });
  });
});

describe('a grant that is not kept', () => {
  const connectGithub = async (consent: Parameters<typeof world.consentAtWorkos>[0] = {}) => {
    const module = world.modules.github;
    const code = world.consentAtWorkos({ module, ...consent });
    await browser.connect('', { module });
    return endOf(await browser.comeBack({ code }, module));
  };
  const granted = (scopes = ['repo'], account = alicesAccount) =>
    world.keeping.providers.github.consent(account, scopes);

  it.each([
    ['of too few scopes', () => ({ grant: granted([]) }), 'scope_missing'],
    ['of another user', () => ({ workosUserId: bobOnTheWeb.workosUserId }), 'account_mismatch'],
    ['of who knows whom', () => ({ authMethod: 'SSO' }), 'auth_failed'],
  ] as const)('is ended at GitHub: one %s', async (_, consent, code) => {
    expect(await connectGithub(consent())).toStrictEqual(error(code));
    expect(world.keeping.providers.github.grantsOf(alicesAccount.id)).toBe(0);
  });

  it('is ended at GitHub when it cannot be written', async () => {
    const { connections } = world.keeping.parts;
    const put = connections.put;
    connections.put = () => Promise.reject(new AuthError('temporarily_unavailable', 'the table is away'));
    expect(await connectGithub()).toStrictEqual(error('auth_failed'));
    connections.put = put;
    expect(world.keeping.providers.github.grantsOf(alicesAccount.id)).toBe(0);
  });

  it('is left alone where an earlier connection has the same token', async () => {
    const grant = granted();
    await connectGithub({ grant });
    expect(await connectGithub({ grant: { ...grant, scopes: [] } })).toStrictEqual(error('scope_missing'));
    expect(world.keeping.providers.github.isGood(grant.tokens.accessToken)).toBe(true);
    expect(await world.statusOf(aliceOnTheWeb, world.modules.github)).toBe('connected');
  });

  it('is left alone at GitHub when another user has connected the account', async () => {
    await connectGithub();
    browser = world.browser('bob');
    const { workosUserId } = bobOnTheWeb;
    expect(await connectGithub({ workosUserId })).toStrictEqual(error('account_taken'));
    expect(world.keeping.providers.github.grantsOf(alicesAccount.id)).toBe(2);
    expect(await world.statusOf(aliceOnTheWeb, world.modules.github)).toBe('connected');
  });

  it('is left alone at Google, which would end all that the account has granted', async () => {
    const grant = { ...grantFrom(world.keeping, world.modules.gmail), scopes: [] };
    expect(endOf(await comeBackWith({ code: world.consentAtWorkos({ grant }) }))).toStrictEqual(error('scope_missing'));
    expect(world.keeping.providers.google.calls.revoke).toBe(0);
  });

  it('fails the consent no worse when GitHub does not end it', async () => {
    world.keeping.providers.github.failNext('revoke', 'later');
    expect(await connectGithub({ grant: granted([]) })).toStrictEqual(error('scope_missing'));
  });
});
