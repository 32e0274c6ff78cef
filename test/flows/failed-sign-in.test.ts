/** Logins that fail: each ends on a page that says why, redirects nobody, and lets the user try again. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startLogin } from '../../functions/shared/domain/login-transaction.ts';
import { passwords } from '../support/cookie-passwords.ts';
import { startGatehouse } from '../support/gatehouse.ts';
import { operatorOf } from '../support/operator.ts';
import { type Answer, UserAgent } from '../support/user-agent.ts';

const gatehouse = await startGatehouse();
const { url, workos, faults } = gatehouse;
const operator = operatorOf(gatehouse);

let browser: UserAgent;
beforeEach(() => {
  browser = new UserAgent();
});

/** The failure's page, at its address, with nothing that would lead on by itself. */
function expectFailurePage(page: Answer, code: string, returnTo?: string): void {
  const query = new URLSearchParams({ error: code, ...(returnTo !== undefined && { return_to: returnTo }) });
  expect(page.url).toBe(`${url}/login?${query}`);
  expect(page.status).toBe(200);
  expect(page.location).toBeUndefined();
  expect(page.headers.get('refresh')).toBeNull();
  expect(page.body).not.toMatch(/http-equiv|<script/i);
  expect(page.body).toContain(`<code>${code}</code>`);
  expect(page.setCookies).toStrictEqual([]);
}

function tryAgainHref({ body }: Answer): string {
  const href = /<a class="button" href="([^"]+)">/.exec(body)?.[1];
  if (href === undefined) throw new Error('the page offers no second try');
  return href.replaceAll('&amp;', '&');
}

describe('Cancel at AuthKit', () => {
  it('leads to a page that says so, and Try again to where the first try was going', async () => {
    const chooser = await browser.visit(`${url}/login?return_to=%2Fdashboard%3Ftab%3Dkeys%26x%3D1`);
    const page = await browser.follow(await browser.submit(chooser.url, { cancel: '1' }));
    expectFailurePage(page, 'access_denied', '/dashboard?tab=keys&x=1');
    expect(page.body).toContain('<h1>Sign-in cancelled</h1>');

    const again = await browser.visit(`${url}${tryAgainHref(page)}&login_hint=alice@example.com`);
    expect(again.url).toBe(`${url}/dashboard?tab=keys&x=1`);
  });

  it('leaves an earlier session as it was', async () => {
    await browser.signIn(url);
    const chooser = await browser.visit(`${url}/login`);
    await browser.follow(await browser.submit(chooser.url, { cancel: '1' }));
    expect((await browser.send(`${url}/session`)).status).toBe(200);
  });

  it('leaves no cookie of the login behind', async () => {
    const chooser = await browser.visit(`${url}/login`);
    await browser.follow(await browser.submit(chooser.url, { cancel: '1' }));
    expect(await browser.cookies(url)).toStrictEqual({});
  });
});

describe('GET /login?error=', () => {
  it('never redirects, whatever else the address says', async () => {
    await browser.signIn(url);
    const query = 'error=access_denied&login_hint=alice@example.com&provider=GoogleOAuth&return_to=/dashboard';
    const answer = await browser.send(`${url}/login?${query}`);
    expect(answer.status).toBe(200);
    expect(answer.setCookies).toStrictEqual([]);
    expect(tryAgainHref(answer)).toBe('/login?return_to=%2Fdashboard');
  });

  it('shows an unknown code as auth_failed and does not repeat it', async () => {
    const { body } = await browser.send(`${url}/login?error=call%20Mallory%20now&error_description=or%20else`);
    expect(body).toContain('<code>auth_failed</code>');
    expect(body).not.toMatch(/Mallory|or else/);
  });

  it('offers no second try to where it may not lead', async () => {
    const answer = await browser.send(`${url}/login?error=access_denied&return_to=https://evil.example/`);
    expect(tryAgainHref(answer)).toBe('/login');
    expect(answer.body).not.toContain('evil');
  });

  it('quotes the id under which the request is in the log', async () => {
    const answer = await browser.send(`${url}/login?error=access_denied`);
    const requestId = answer.headers.get('apigw-requestid');
    expect(requestId).toMatch(/\S/);
    expect(answer.body).toContain(`<code>${requestId}</code>`);
    expect(gatehouse.logLines.some(({ record }) => record?.['requestId'] === requestId)).toBe(true);
  });
});

describe('GET /callback', () => {
  it.each(['', '?state=abc', '?code=', '?code=1&code=2'])(
    'with %j has nothing to finish: 400 no_code',
    async (query) => {
      const answer = await browser.send(`${url}/callback${query}`);
      expect(answer.status).toBe(400);
      expect(answer.body).toContain('<code>no_code</code>');
      expect(tryAgainHref(answer)).toBe('/login');
    },
  );

  it("shows only codes of WorkOS's that it knows, and no description", async () => {
    const callback = new URL(await browser.signInUpToCallback(url));
    const state = callback.searchParams.get('state') ?? '';
    const query = new URLSearchParams({
      error: 'server_error',
      error_description: 'Ask Mallory <m@evil.example>',
      state,
    });
    const page = await browser.visit(`${url}/callback?${query}`);
    expectFailurePage(page, 'auth_failed');
    expect(page.body).not.toMatch(/server_error|Mallory/);
  });

  it('says login_expired to who comes back after ten minutes', async () => {
    const issuedAt = new Date(Date.now() - 601_000);
    const late = startLogin({ issuedAt, provider: 'authkit', returnTo: '/dashboard' }, passwords, 'local');
    await browser.plant(url, late.cookieName, late.cookieValue);
    expectFailurePage(await browser.visit(`${url}/callback?code=any&state=${late.state}`), 'login_expired');
  });

  it('says login_expired even when the browser has thrown the cookie away by then', async () => {
    const issuedAt = new Date(Date.now() - 601_000);
    const { state } = startLogin({ issuedAt, provider: 'authkit', returnTo: undefined }, passwords, 'local');
    expectFailurePage(await browser.visit(`${url}/callback?code=any&state=${state}`), 'login_expired');
  });
});

describe('a refusal of WorkOS', () => {
  afterEach(() => {
    workos.settings.demand = undefined;
  });

  it.each([
    'email_verification_required',
    'mfa_challenge',
    'mfa_enrollment',
    'organization_selection_required',
    'radar_challenge',
    'sso_required',
  ] as const)('is shown by its name: %s', async (demand) => {
    workos.settings.demand = demand;
    expectFailurePage(await browser.signIn(url, { return_to: '/dashboard' }), demand, '/dashboard');
    expect(await browser.cookies(url)).toStrictEqual({});
  });

  it('asks a member of several organizations to choose when the provider could not', async () => {
    const page = await browser.signIn(url, { provider: 'GoogleOAuth' });
    expectFailurePage(page, 'organization_selection_required');
  });
});

describe('while WorkOS does not answer as it should', () => {
  afterEach(() => faults.clear());

  it.each(['429', '503', 'html', 'lost', 'hang'])(
    '(%s) the login fails for now, and the next one works',
    async (fault) => {
      faults.set(`workos.authenticate=${fault}`);
      const page = await browser.signIn(url, { return_to: '/dashboard' });
      expectFailurePage(page, 'temporarily_unavailable', '/dashboard');
      expect(await browser.cookies(url)).toStrictEqual({});

      faults.clear();
      expect((await browser.visit(`${url}${tryAgainHref(page)}&login_hint=bob@example.com`)).url).toBe(
        `${url}/dashboard`,
      );
    },
  );

  it('a wrong API key is our trouble and not the user’s', async () => {
    await operator.putSecret('workos', { WORKOS_API_KEY: 'sk_wrong', WORKOS_CLIENT_ID: workos.clientId });
    gatehouse.killInstances('callback');
    expectFailurePage(await browser.signIn(url), 'temporarily_unavailable');
    expect(gatehouse.logLines.findLast(({ record }) => record?.['event'] === 'login.failed')?.record).toMatchObject({
      level: 'error',
      code: 'temporarily_unavailable',
      error: { message: 'WorkOS refused our API key or client id' },
    });
  });
});
