/** The start of a consent as a function of its dependencies; over HTTP it is in test/flows/connect.test.ts. */
import { connectModuleOf } from '../../functions/shared/domain/connect-transaction.ts';
import { beforeEach, describe, expect, it } from 'vitest';
import { aliceOnTheWeb, type Browser, type ConnectUnderTest, startConnect } from '../support/connect-under-test.ts';
import { passwords } from '../support/cookie-passwords.ts';

let world: ConnectUnderTest;
let browser: Browser;
beforeEach(() => {
  world = startConnect();
  browser = world.browser('alice');
});

const flowCookies = ({ cookies }: Pick<Browser, 'cookies'>) =>
  cookies.filter((pair) => pair.startsWith('__Host-gh-login-'));
const elsewhere = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' };

describe('GET /oauth/{module}/connect', () => {
  it('leads to AuthKit with the provider, what the module and its account take, and the user', async () => {
    const { status, location } = await browser.connect();
    expect(status).toBe(302);
    expect(location).toMatch(/^https:\/\/api\.workos\.test\/authorize\?state=[\w-]+$/);
    expect(world.authorizations).toMatchObject([
      {
        provider: 'GoogleOAuth',
        providerScopes: ['openid', 'email', 'mail'],
        providerParameters: { access_type: 'offline', prompt: 'consent' },
        loginHint: 'alice@example.com',
        organizationId: aliceOnTheWeb.organizationId,
        codeChallenge: expect.stringMatching(/^[\w-]{43}$/),
      },
    ]);
  });

  it('leads to the provider itself where the settings say so', async () => {
    world = startConnect({ via: 'direct' });
    const { location } = await world.browser('alice').connect('', { module: world.modules.github });
    expect(location).toMatch(/^https:\/\/github\.example\/authorize\?state=[\w-]+$/);
    expect(world.authorizations).toStrictEqual([]);
  });

  it('gives the flow a cookie of its own, which names the module', async () => {
    const { cookies } = await browser.connect();
    expect(cookies).toStrictEqual([
      expect.stringMatching(/^__Host-gh-login-[\w-]{12}=\S+; Max-Age=600; Path=\/; HttpOnly; Secure; SameSite=Lax$/),
    ]);
    const [name = '', value = ''] = flowCookies(browser)[0]?.split('=') ?? [];
    expect(connectModuleOf({ name, value }, ['github', 'gmail'], passwords, 'prod')).toBe('gmail');
  });

  it('keeps five flows at most: the oldest goes', async () => {
    for (let count = 0; count < 5; count += 1) {
      await browser.connect();
      await world.advanceSeconds(1);
    }
    const [oldest] = flowCookies(browser);
    await browser.connect();
    expect(flowCookies(browser)).toHaveLength(5);
    expect(flowCookies(browser)).not.toContain(oldest);
  });

  it.each([
    ['?return_to=/notes', '/oauth/gmail/connect?return_to=%2Fnotes'],
    ['?return_to=https://app.example.com/', '/oauth/gmail/connect?return_to=https%3A%2F%2Fapp.example.com%2F'],
    ['', '/oauth/gmail/connect'],
    // Too long for `/login` with the path around it.
    [`?return_to=/${'a'.repeat(250)}`, '/oauth/gmail/connect'],
  ])('lets nobody in who is not signed in: they sign in first, and come back to %j', async (query, back) => {
    const { status, location = '', cookies } = await world.browser().connect(query);
    expect([status, cookies]).toStrictEqual([302, []]);
    const { pathname, searchParams } = new URL(location, 'https://auth.example.com');
    expect([pathname, searchParams.get('return_to')]).toStrictEqual(['/login', back]);
  });

  it('takes a session that has ended, and a user who is disabled, for nobody', async () => {
    world.endedSessions.add(aliceOnTheWeb.sessionId);
    expect((await browser.connect()).location).toBe('/login?return_to=%2Foauth%2Fgmail%2Fconnect');
    expect(world.authorizations).toStrictEqual([]);
  });

  it('refuses an impersonator', async () => {
    const { status, body } = await world.browser('impersonator').connect();
    expect(status).toBe(403);
    expect(body).toContain('<code>impersonated</code>');
    expect(body).toContain('admin@example.com');
  });

  it.each(['calendar', 'GMAIL', '__proto__', ''])('knows no module %j', async (name) => {
    const { status, body } = await browser.connect('', { module: { ...world.modules.gmail, name } });
    expect(status).toBe(404);
    expect(body).toContain('<code>not_found</code>');
  });

  it('starts nothing for a browser that looks ahead', async () => {
    const { status, cookies } = await browser.connect('', { headers: { 'sec-purpose': 'prefetch' } });
    expect([status, cookies]).toStrictEqual([503, []]);
  });

  it.each(['image', 'iframe', 'empty'])('starts nothing as a part of a foreign page (%s)', async (destination) => {
    const headers = { 'sec-fetch-site': 'same-site', 'sec-fetch-dest': destination };
    const { status, cookies } = await browser.connect('', { headers });
    expect([status, cookies]).toStrictEqual([400, []]);
  });

  it.each(['//evil.example', 'https://evil.example/', '/login', '/\\evil.example', 'javascript:alert(1)'])(
    'ends at the account page where %j is its return_to',
    async (returnTo) => {
      await browser.connect(`?${new URLSearchParams({ return_to: returnTo })}`);
      const { location } = await browser.comeBack({ error: 'access_denied' });
      expect(location).toBe('/dashboard?connect_error=consent_refused');
    },
  );
});

describe('GET /oauth/{module}/connect from another site', () => {
  it.each(['cross-site', 'same-site'])('asks first (%s)', async (site) => {
    const headers = { ...elsewhere, 'sec-fetch-site': site };
    const { status, body, cookies } = await browser.connect('?return_to=/notes', { headers });
    expect([status, cookies]).toStrictEqual([200, []]);
    expect(world.authorizations).toStrictEqual([]);
    expect(body).toContain('<bdi>alice@example.com</bdi>?');
    expect(body).toContain('href="/oauth/gmail/connect?return_to=%2Fnotes"');
    expect(body).toContain('href="/notes?connect_error=consent_refused"');
  });

  it('asks in Chinese', async () => {
    const { body } = await browser.connect('', { headers: { ...elsewhere, 'accept-language': 'zh-CN' } });
    expect(body).toContain('暂不连接');
  });

  it('asks no more from its own page', async () => {
    expect((await browser.connect('', { headers: { 'sec-fetch-site': 'same-origin' } })).status).toBe(302);
  });
});

describe('GET /oauth/{module}/connect?request=', () => {
  it('shows a page for a request that is not ours, whoever is signed in', async () => {
    for (const query of ['?request=forged', '?request=', '?request=a&request=b']) {
      const { status, body, cookies } = await browser.connect(query);
      expect([status, cookies]).toStrictEqual([400, []]);
      expect(body).toContain('<code>invalid_ticket</code>');
    }
  });
});
