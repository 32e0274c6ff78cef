/** What a signed-in person notices of expiring tokens, restarts and outages: nothing, or a page that says to try again. */
import type { Page } from 'playwright-core';
import { beforeEach, describe, expect, it } from 'vitest';
import { expectHeading, startChromium } from '../support/chromium.ts';
import { startGatehouse } from '../support/gatehouse.ts';

const gatehouse = await startGatehouse();
const { url, workos, faults } = gatehouse;
const chromium = await startChromium();
const signInAsAlice = `${url}/login?login_hint=alice@example.com`;

beforeEach(() => faults.clear());

const latestSession = () => {
  const session = workos.sessions.at(-1);
  if (session === undefined) throw new Error('nobody has signed in');
  return session;
};
const tryAgain = (page: Page) => page.getByRole('link', { name: 'Try again' });

/** Alice's browser some minutes later: its access token has expired, its refresh token has not. */
async function openWithExpiredToken(): Promise<Page> {
  workos.settings.accessTokenSeconds = -1;
  const page = await chromium.newPage();
  await page.goto(signInAsAlice);
  workos.settings.accessTokenSeconds = 300;
  return page;
}

describe('the session cookie', () => {
  it('is kept for long, for this host alone, and hidden from scripts', async () => {
    const page = await chromium.newPage();
    await page.goto(signInAsAlice);
    const [cookie, ...others] = await page.context().cookies();
    expect(others).toEqual([]);
    expect(cookie).toMatchObject({
      name: 'wos-session',
      domain: 'localhost',
      path: '/',
      httpOnly: true,
      secure: true,
      sameSite: 'Lax',
    });
    const days = ((cookie?.expires ?? 0) - Date.now() / 1000) / 86_400;
    expect(days).toBeGreaterThan(399);
    expect(await page.evaluate<string>('document.cookie')).toBe('');
  });

  it('survives a restart of the browser', async () => {
    const before = await chromium.newPage();
    await before.goto(signInAsAlice);
    const storageState = await before.context().storageState();
    const after = await chromium.newPage({ storageState });
    await after.goto(url);
    await expectHeading(after, 'Signed in as Alice Archer');
  });
});

describe('an expired access token', () => {
  it('is renewed behind the first page that is opened, once', async () => {
    const page = await openWithExpiredToken();
    const { exchanges } = latestSession();
    await page.goto(`${url}/dashboard`);
    await expectHeading(page, 'Your account');
    await page.reload();
    await page.goto(url);
    await expectHeading(page, 'Signed in as Alice Archer');
    expect(latestSession().exchanges).toBe(exchanges + 1);
  });

  it('of a session that WorkOS has ended leads back to the sign-in', async () => {
    const page = await openWithExpiredToken();
    const logout = `${workos.url}/user_management/sessions/logout?session_id=${latestSession().id}`;
    await page.request.get(logout, { maxRedirects: 0 });
    await page.goto(`${url}/dashboard`);
    await expectHeading(page, 'Sign in');
    const names = (await page.context().cookies()).map(({ name }) => name);
    expect(names).toEqual([expect.stringMatching(/^__Host-gh-login-/)]);
  });
});

describe('while WorkOS is down', () => {
  it('a page that needs it says so, and Try again works once it is back, still signed in', async () => {
    const page = await openWithExpiredToken();
    faults.set('workos.authenticate=503');
    const answer = await page.goto(`${url}/dashboard`);
    expect(answer?.status()).toBe(503);
    await expectHeading(page, 'Not available right now');

    faults.clear();
    await tryAgain(page).click();
    await expectHeading(page, 'Your account');
    expect(page.url()).toBe(`${url}/dashboard`);
  });

  it('a page that needs no WorkOS is there', async () => {
    const page = await chromium.newPage();
    await page.goto(signInAsAlice);
    faults.set('workos=503');
    await page.goto(`${url}/dashboard`);
    await expectHeading(page, 'Your account');
  });

  it('a sign-in ends on a page that says so, and Try again completes it once it is back', async () => {
    const page = await chromium.newPage();
    faults.set('workos.authenticate=503');
    await page.goto(`${url}/login?return_to=/dashboard`);
    await page.getByRole('button', { name: 'Alice Archer' }).click();
    await expectHeading(page, 'Not available right now');

    faults.clear();
    await tryAgain(page).click();
    await page.getByRole('button', { name: 'Alice Archer' }).click();
    await expectHeading(page, 'Your account');
  });
});
