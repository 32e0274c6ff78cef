/** The sign-in as a person does it by hand, from the public page and back to it. */
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { expectHeading, startChromium } from '../support/chromium.ts';
import { startGatehouse } from '../support/gatehouse.ts';
import { UserAgent } from '../support/user-agent.ts';

const gatehouse = await startGatehouse();
const { url } = gatehouse;
const chromium = await startChromium();

const link = (page: Page, name: string) => page.getByRole('link', { name, exact: true });
/** On the local AuthKit's page. */
const account = (page: Page, name: string) => page.getByRole('button', { name });

describe('a newcomer', () => {
  it('signs in, looks at the account and signs out', async () => {
    const page = await chromium.newPage();
    await page.goto(url);
    await link(page, 'Sign in').click();
    await account(page, 'Alice Archer').click();

    await expectHeading(page, 'Signed in as Alice Archer');
    expect(page.url()).toBe(`${url}/`);
    await link(page, 'Your account').click();

    await expectHeading(page, 'Your account');
    expect(await page.locator('.identity').innerText()).toMatch(/Alice Archer\s+alice@example\.com/);
    const aMoment = expect.stringMatching(/^\d{1,2} [A-Z][a-z]+ 20\d\d at \d\d:\d\d UTC$/);
    expect(await detailsOn(page)).toEqual({
      'Signed in with': 'Password',
      'Last sign-in': aMoment,
      'Account since': aMoment,
      'Organization ID': expect.stringMatching(/^org_\w+$/),
      Roles: 'admin',
      'User ID': expect.stringMatching(/^usr_[0-9a-f]{32}$/),
    });

    await link(page, 'Sign out').click();
    await link(page, 'Sign in').waitFor();
    expect(page.url()).toBe(`${url}/`);
    expect(gatehouse.workos.sessions.at(-1)?.endedAt).toBeInstanceOf(Date);
  });

  it('is asked to sign in at the account page, and then sees it', async () => {
    const page = await chromium.newPage();
    await page.goto(`${url}/dashboard`);
    await account(page, 'Bob Baker').click();
    await expectHeading(page, 'Your account');
    expect(page.url()).toBe(`${url}/dashboard`);
    expect(await page.locator('.identity').innerText()).toContain('bob@example.com');
  });

  it('ends a session elsewhere by its button on the account page', async () => {
    const phone = new UserAgent({ 'user-agent': 'Mozilla/5.0 (Linux; Android 14) Chrome/140.0' });
    await phone.signIn(url, { login_hint: 'bob@example.com' });
    const page = await chromium.newPage();
    await page.goto(`${url}/login?login_hint=bob@example.com&return_to=/dashboard`);
    await page.getByRole('button', { name: 'End session: Chrome on Android' }).click();
    await page.getByText('Chrome on Android').waitFor({ state: 'detached' });
    await expectHeading(page, 'Your account');
    expect((await phone.send(`${url}/sessions`)).status).toBe(401);
  });

  it('reads Chinese where the browser prefers it', async () => {
    const page = await chromium.newPage({ locale: 'zh-CN' });
    await page.goto(url);
    await link(page, '登录').click();
    await account(page, 'Alice Archer').click();
    await expectHeading(page, '已登录：Alice Archer');
    await link(page, '我的账户').click();
    await expectHeading(page, '我的账户');
    expect(await detailsOn(page)).toMatchObject({ 登录方式: '密码', 角色: 'admin' });
    await link(page, '退出登录').click();
    await link(page, '登录').waitFor();
    expect(await page.locator('html').getAttribute('lang')).toBe('zh-Hans');
  });
});

describe('whoever cancels', () => {
  it('is told so, tries again, and ends where they wanted to go', async () => {
    const page = await chromium.newPage();
    await page.goto(`${url}/dashboard`);
    await page.getByRole('button', { name: 'Cancel' }).click();
    await expectHeading(page, 'Sign-in cancelled');
    expect(await page.locator('.reference').innerText()).toContain('access_denied');

    await link(page, 'Try again').click();
    await account(page, 'Alice Archer').click();
    await expectHeading(page, 'Your account');
    expect(page.url()).toBe(`${url}/dashboard`);
  });

  it('can go to the public page instead', async () => {
    const page = await chromium.newPage();
    await page.goto(`${url}/login`);
    await page.getByRole('button', { name: 'Cancel' }).click();
    await link(page, 'Home page').click();
    await link(page, 'Sign in').waitFor();
    expect(page.url()).toBe(`${url}/`);
  });
});

describe('a browser', () => {
  it('signs in when AuthKit is another site, as it is on AWS', async () => {
    const page = await chromium.newPage();
    await page.goto(`${url}/login`);
    // For a browser localhost and 127.0.0.1 are two sites, localhost with two ports is one.
    await page.goto(page.url().replace('//localhost:', '//127.0.0.1:'));
    await account(page, 'Alice Archer').click();
    await expectHeading(page, 'Signed in as Alice Archer');
  });

  it('signs in from five tabs at once, in any order, each ending where it wanted to', async () => {
    const first = await chromium.newPage();
    const others = [1, 2, 3, 4].map(() => first.context().newPage());
    const tabs = [first, ...(await Promise.all(others))];
    await Promise.all(tabs.map((tab, index) => tab.goto(`${url}/login?return_to=/dashboard?tab=${index}`)));
    await Promise.all(tabs.toReversed().map((tab) => account(tab, 'Alice Archer').click()));
    await Promise.all(tabs.map((tab) => expectHeading(tab, 'Your account')));
    expect(tabs.map((tab) => tab.url())).toEqual([0, 1, 2, 3, 4].map((index) => `${url}/dashboard?tab=${index}`));
    const { cookies } = await first.context().storageState();
    expect(cookies.map(({ name }) => name)).toEqual(['wos-session']);
  });

  it('stays signed in when the page is loaded again', async () => {
    const page = await chromium.newPage();
    await page.goto(`${url}/login?login_hint=alice@example.com`);
    await page.reload();
    await expectHeading(page, 'Signed in as Alice Archer');
  });

  it('comes to no error when its user goes back to AuthKit and chooses once more', async () => {
    const page = await chromium.newPage();
    await page.goto(url);
    await link(page, 'Sign in').click();
    await account(page, 'Alice Archer').click();
    await expectHeading(page, 'Signed in as Alice Archer');
    await page.goBack();
    await account(page, 'Alice Archer').click();
    await expectHeading(page, 'Signed in as Alice Archer');
    expect(page.url()).toBe(`${url}/`);
  });

  it('shows nothing of the account any more when its user goes back after signing out', async () => {
    const page = await chromium.newPage();
    await page.goto(`${url}/login?login_hint=alice@example.com&return_to=/dashboard`);
    await link(page, 'Sign out').click();
    await link(page, 'Sign in').waitFor();
    await page.goBack();
    await expectHeading(page, 'Sign in');
    expect(new URL(page.url()).origin).toBe(gatehouse.workos.url);
  });
});

/** The terms of the account page with their descriptions. */
async function detailsOn(page: Page): Promise<Record<string, string>> {
  const [terms, descriptions] = await Promise.all(['dt', 'dd'].map((name) => page.locator(name).allInnerTexts()));
  return Object.fromEntries((terms ?? []).map((term, index) => [term, descriptions?.[index] ?? '']));
}
