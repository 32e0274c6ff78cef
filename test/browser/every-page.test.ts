/** What holds on every page, the local AuthKit's included: for all eyes, on all screens, and with no script. */
import type { BrowserContextOptions, Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { accessibilityProblems } from '../support/axe.ts';
import { startChromium } from '../support/chromium.ts';
import { startGatehouse } from '../support/gatehouse.ts';
import { startNativeApp } from '../support/native-app.ts';

const gatehouse = await startGatehouse();
const { url, workos } = gatehouse;
const chromium = await startChromium();

/** Somebody whose name fits nowhere, and whom an administrator of WorkOS stands in for. */
const long = 'a.very.long.local.part.of.an.address@subdomain.of.a.long-company-name.example.com';
await workos.changeUser('bob@example.com', {
  email: long,
  first_name: 'Maximiliana',
  last_name: 'Wolfeschlegelsteinhausenbergerdorff-Featherstonehaugh',
});
await workos.impersonate(long, { email: 'support@example.com', reason: 'Ticket 4711: sees no invoices' });

interface Visit {
  readonly name: string;
  /** Who is signed in, by e-mail address. */
  readonly as?: string;
  readonly open: (page: Page) => Promise<unknown>;
}

const ours: readonly Visit[] = [
  { name: 'the public page', open: (page) => page.goto(url) },
  { name: 'the public page, signed in', as: 'alice@example.com', open: (page) => page.goto(url) },
  { name: 'the account page', as: 'alice@example.com', open: (page) => page.goto(`${url}/dashboard`) },
  { name: 'the account page of a long name, impersonated', as: long, open: (page) => page.goto(`${url}/dashboard`) },
  { name: 'the question before signing out', as: long, open: openSignOutQuestion },
  { name: 'a sign-in that failed', open: (page) => page.goto(`${url}/login?error=sso_required`) },
  { name: 'the question before an app is signed in', open: openAppQuestion },
  { name: 'an app’s login that names no app', open: (page) => page.goto(`${url}/login?origin=native`) },
  { name: 'a callback without a code', open: (page) => page.goto(`${url}/callback`) },
  { name: 'a page that does not exist', open: (page) => page.goto(`${url}/no/such/page`) },
];
const authkit: readonly Visit[] = [
  { name: "the local AuthKit's account chooser", open: (page) => page.goto(`${url}/login`) },
  {
    name: "the local AuthKit's error page",
    open: (page) => page.goto(`${workos.url}/user_management/authorize?client_id=another`),
  },
];

async function openAppQuestion(page: Page): Promise<void> {
  const asking = { client_id: 'gatehouse-asking', redirect_uri: 'yourappscheme://asking/success' };
  await page.goto(startNativeApp(url, asking).loginUrl);
  await page
    .getByRole('button', { name: 'Continue' })
    .or(page.getByRole('button', { name: '继续' }))
    .waitFor();
}

/** From another site: a page without an origin is one. */
async function openSignOutQuestion(page: Page): Promise<void> {
  await page.goto(`data:text/html,<a href="${url}/logout">sign out</a>`);
  await page.getByRole('link').click();
  await page.getByRole('button').waitFor();
}

async function open({ as, open: openVisit }: Visit, options: BrowserContextOptions): Promise<Page> {
  // Colours on their way from day to night are neither.
  const page = await chromium.newPage({ reducedMotion: 'reduce', ...options });
  if (as !== undefined) await page.goto(`${url}/login?${new URLSearchParams({ login_hint: as })}`);
  await openVisit(page);
  return page;
}

describe.each([...ours, ...authkit])('$name', (visit) => {
  it.each(['en', 'zh-CN'])('has nothing that axe objects to, by day and by night (%s)', async (locale) => {
    const page = await open(visit, { locale, colorScheme: 'light' });
    expect(await accessibilityProblems(page)).toEqual([]);
    await page.emulateMedia({ colorScheme: 'dark' });
    expect(await accessibilityProblems(page)).toEqual([]);
  });

  it.each(['en', 'zh-CN'])('fits a screen of 320 pixels (%s)', async (locale) => {
    const page = await open(visit, { locale, viewport: { width: 320, height: 640 } });
    expect(await page.evaluate<number>('document.documentElement.scrollWidth')).toBe(320);
  });

  it('lets no script run', async () => {
    const page = await open(visit, {});
    expect(await page.locator('script').count()).toBe(0);
    await page.evaluate(`document.body.append(
      Object.assign(document.createElement('script'), { textContent: 'window.hasRun = true' })
    )`);
    expect(await page.evaluate<boolean>('window.hasRun === true')).toBe(false);
    expect(chromium.takeComplaints(page)).toEqual([expect.stringContaining('Executing inline script violates')]);
  });
});

describe.each(ours)('$name', (visit) => {
  it('has no style but its stylesheet, and lets none in', async () => {
    const page = await open(visit, {});
    expect(await page.locator('style, [style]').count()).toBe(0);
    await page.evaluate(`document.querySelector('h1').setAttribute('style', 'color: red')`);
    expect(await page.evaluate<string>(`getComputedStyle(document.querySelector('h1')).color`)).not.toBe(
      'rgb(255, 0, 0)',
    );
    expect(chromium.takeComplaints(page)).toEqual([expect.stringContaining('Applying inline style violates')]);
  });
});

describe('a profile picture', () => {
  it('is shown, wherever the provider keeps it', async () => {
    await workos.changeUser('alice@example.com', { profile_picture_url: 'https://pictures.example/alice' });
    const page = await chromium.newPage();
    const body = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="7" height="7"/>');
    await page.route('https://pictures.example/alice', (route) =>
      route.fulfill({ contentType: 'image/svg+xml', body }),
    );
    await page.goto(`${url}/login?login_hint=alice@example.com`);
    expect(await page.evaluate<number>(`document.querySelector('.portrait img').naturalWidth`)).toBe(7);
  });
});

describe('the look-out for what axe objects to', () => {
  it('notices a faint heading and a missing language', async () => {
    const page = await chromium.newPage();
    await page.goto(url);
    await page.evaluate(`document.querySelector('h1').style.color = '#eee'`);
    await page.evaluate(`document.documentElement.removeAttribute('lang')`);
    expect(await accessibilityProblems(page)).toEqual([
      expect.stringMatching(/^color-contrast: <h1/),
      expect.stringMatching(/^html-has-lang: /),
    ]);
  });
});
