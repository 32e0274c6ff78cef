/** Connecting accounts by hand: the consent pages, what the account page says afterwards, and taking it back. */
import type { BrowserContextOptions, Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { accessibilityProblems } from '../support/axe.ts';
import { expectHeading, startChromium } from '../support/chromium.ts';
import { startGatehouse } from '../support/gatehouse.ts';

const { url } = await startGatehouse();
const chromium = await startChromium();

const modify = 'https://www.googleapis.com/auth/gmail.modify';

const patience = { interval: 250, timeout: 10_000 };

/** Each test has a user whom no other test connects anything for. */
async function signIn(email: string, options: BrowserContextOptions = {}): Promise<Page> {
  const page = await chromium.newPage({ reducedMotion: 'reduce', ...options });
  await page.goto(`${url}/login?${new URLSearchParams({ login_hint: email, return_to: '/dashboard' })}`);
  return page;
}

const card = (page: Page, name: string) => page.getByRole('article', { name, exact: true });
const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click();
const connect = (page: Page, name: string, action = 'Connect') =>
  card(page, name)
    .getByRole('link', { name: `${action}: ${name}` })
    .click();
const disconnect = (page: Page, name: string) =>
  card(page, name)
    .getByRole('button', { name: `Disconnect: ${name}` })
    .click();

describe('a person who connects Gmail', () => {
  it('may cancel, or leave a box unticked, and is told what came of it; allows it, sees it, and takes it back', async () => {
    const page = await signIn('alice@example.com');
    const alert = page.getByRole('alert');

    await connect(page, 'Gmail');
    await press(page, 'Cancel');
    await expectHeading(page, 'Your account');
    expect(page.url()).toBe(`${url}/dashboard?connect_error=consent_refused`);
    expect(await alert.innerText()).toContain('You did not give your consent');

    await connect(page, 'Gmail');
    await page.getByRole('checkbox', { name: modify }).uncheck();
    await press(page, 'Allow');
    await expectHeading(page, 'Your account');
    expect(await alert.innerText()).toContain('Try again and leave every box ticked.');
    expect(await card(page, 'Gmail').innerText()).toContain('Not connected');

    await connect(page, 'Gmail');
    await press(page, 'Allow');
    await expectHeading(page, 'Your account');
    expect(page.url()).toBe(`${url}/dashboard?connected=gmail`);
    expect(await page.getByRole('status').innerText()).toBe('Gmail is connected.');
    const shown = await card(page, 'Gmail').innerText();
    for (const text of ['alice@example.com', 'Read, write and send your mail, and move it to the bin', 'Last synced']) {
      expect(shown).toContain(text);
    }
    expect(shown).not.toMatch(/https:|openid/);

    // The worker's first turn comes at once.
    await expect
      .poll(() => page.reload().then(() => card(page, 'Gmail').innerText()), patience)
      .toMatch(/Messages\s+\d/);

    await disconnect(page, 'Gmail');
    await card(page, 'Gmail').getByRole('link', { name: 'Connect: Gmail' }).waitFor();
    expect(page.url()).toBe(`${url}/dashboard`);
  });
});

describe('a person without a script', () => {
  it('connects GitHub, sees it, and takes it back', async () => {
    const page = await signIn('alice@example.com', { javaScriptEnabled: false });
    await connect(page, 'GitHub');
    await press(page, 'Authorize');
    await expectHeading(page, 'Your account');
    expect(await page.getByRole('status').innerText()).toBe('GitHub is connected.');
    expect(await card(page, 'GitHub').innerText()).toContain('alice-archer');

    await disconnect(page, 'GitHub');
    await card(page, 'GitHub').getByRole('link', { name: 'Connect: GitHub' }).waitFor();
  });
});

describe('the account page with something connected', () => {
  it('is for all eyes, by day and by night, fits a screen of 320 pixels, and is operated by keyboard', async () => {
    const page = await signIn('bob@example.com', { locale: 'zh-CN', colorScheme: 'light' });
    await card(page, 'Gmail').getByRole('link', { name: '连接：Gmail' }).click();
    await press(page, 'Allow');
    await page.getByRole('status').waitFor();
    expect(await accessibilityProblems(page)).toEqual([]);
    await page.emulateMedia({ colorScheme: 'dark' });
    expect(await accessibilityProblems(page)).toEqual([]);
    await page.setViewportSize({ width: 320, height: 640 });
    expect(await page.evaluate<number>('document.documentElement.scrollWidth')).toBe(320);

    await card(page, 'Gmail').getByRole('button').focus();
    await page.keyboard.press('Enter');
    await card(page, 'Gmail').getByRole('link', { name: '连接：Gmail' }).waitFor();
  });
});
