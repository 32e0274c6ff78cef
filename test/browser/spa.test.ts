/** examples/spa in a real browser: a front end on another origin, from its first visit to its last. */
import type { Page, Request } from 'playwright-core';
import { beforeEach, describe, expect, it } from 'vitest';
import { accessibilityProblems } from '../support/axe.ts';
import { expectHeading, startChromium } from '../support/chromium.ts';
import { startSpaAndGatehouse } from '../support/spa.ts';

const { gatehouse, spaUrl, unlistedUrl } = await startSpaAndGatehouse();
const { url, workos, faults } = gatehouse;
const chromium = await startChromium();

beforeEach(() => {
  faults.clear();
  workos.settings.accessTokenSeconds = 300;
});

const signInButton = (page: Page) => page.getByRole('button', { name: 'Sign in' });
const status = (page: Page) => page.getByRole('status');
const listed = (page: Page) => page.getByRole('listitem');

/** The page of somebody who has used the app before. */
async function openSignedIn(options: { userAgent?: string; returnTo?: string } = {}): Promise<Page> {
  const { returnTo = `${spaUrl}/`, ...browser } = options;
  const page = await chromium.newPage(browser);
  await page.goto(`${url}/login?${new URLSearchParams({ login_hint: 'alice@example.com', return_to: returnTo })}`);
  return page;
}

/** The same some minutes later, and not at the app yet: the access token has expired, the refresh token has not. */
async function openExpired(): Promise<Page> {
  workos.settings.accessTokenSeconds = -60;
  const page = await openSignedIn({ returnTo: '/nowhere' });
  workos.settings.accessTokenSeconds = 300;
  return page;
}

async function expectSignedIn(page: Page): Promise<void> {
  await page.getByText('alice@example.com').waitFor();
  await listed(page).first().waitFor();
}

/** A browser's console has every answer with an error status, and 401 is how /session says that nobody is signed in. */
async function expectSignedOut(page: Page): Promise<void> {
  await signInButton(page).waitFor();
  expect(await page.getByText('alice@example.com').isVisible()).toBe(false);
  takeFailedRequests(page, 401);
}

/** Answers with that status, and nothing else, are what the browser complains of. */
function takeFailedRequests(page: Page, expected: number): number {
  const complaints = chromium.takeComplaints(page);
  for (const complaint of complaints) expect(complaint).toContain(`the server responded with a status of ${expected}`);
  return complaints.length;
}

/** When each of the page's calls to a route of Gatehouse went out. */
function callsOf(page: Page, path: string): { readonly at: number[] } {
  const at: number[] = [];
  page.on('request', (request: Request) => {
    if (request.url() === url + path && request.method() !== 'OPTIONS') at.push(performance.now());
  });
  return { at };
}

/**
 * Opens the app where it gets no answer, and lets time fly until it gives up.
 * @returns for how many seconds it said that it would wait, each time.
 */
async function waitInVain(page: Page, appUrl: string): Promise<number[]> {
  await page.clock.install();
  await page.addInitScript(`
    window.said = [];
    const listen = () => new MutationObserver(() => window.said.push(document.getElementById('status').textContent))
      .observe(document.getElementById('status'), { childList: true });
    document.addEventListener('DOMContentLoaded', listen);
  `);
  await page.goto(appUrl);
  const tryAgain = page.getByRole('button', { name: 'Try again' });
  while (!(await tryAgain.isVisible())) await page.clock.runFor(250);
  expect(await status(page).textContent()).toBe('Gatehouse does not answer.');
  const said = await page.evaluate<string[]>('window.said');
  return said.flatMap((text) => /again in (\d+) s/.exec(text)?.[1] ?? []).map(Number);
}

/** As when its user comes back to it: all pages of a headless browser have the focus all the time. */
const lookAt = async (page: Page): Promise<void> => page.evaluate(`dispatchEvent(new Event('focus'))`);

describe('a front end on another origin', () => {
  it('signs a person in by AuthKit, and has them back where they were', async () => {
    const page = await chromium.newPage();
    await page.goto(`${spaUrl}/reports/2026?month=11#top`);
    await expectSignedOut(page);
    await signInButton(page).click();
    await expectHeading(page, 'Sign in');
    await page.getByRole('button', { name: 'Alice Archer' }).click();
    await expectSignedIn(page);
    expect(page.url()).toBe(`${spaUrl}/reports/2026?month=11#top`);
    expect(await page.getByRole('definition').allTextContents()).toEqual([
      'Alice Archer',
      'alice@example.com',
      'admin',
    ]);
  });

  it('comes back to its first page from where the way back would be too long', async () => {
    const page = await chromium.newPage();
    await page.goto(`${spaUrl}/?${'x'.repeat(300)}`);
    await expectSignedOut(page);
    await signInButton(page).click();
    await page.getByRole('button', { name: 'Alice Archer' }).click();
    await expectSignedIn(page);
    expect(page.url()).toBe(`${spaUrl}/`);
  });

  it('signs out, here and at WorkOS', async () => {
    const page = await openSignedIn();
    await expectSignedIn(page);
    await page.getByRole('button', { name: 'Sign out' }).click();
    await expectHeading(page, 'Gatehouse');
    expect(page.url()).toBe(`${url}/`);
    expect(workos.sessions.at(-1)?.endedAt).toBeInstanceOf(Date);
    await page.goto(spaUrl);
    await expectSignedOut(page);
  });

  it('holds nothing in its hands that could be stolen', async () => {
    const page = await openSignedIn();
    await expectSignedIn(page);
    expect(await page.evaluate<string>('document.cookie')).toBe('');
    expect(await page.evaluate<string>('JSON.stringify([{ ...localStorage }, { ...sessionStorage }])')).toBe('[{},{}]');
  });

  it.each(['light', 'dark'] as const)('has nothing that axe objects to (%s)', async (colorScheme) => {
    const page = await openSignedIn();
    await page.emulateMedia({ colorScheme });
    await expectSignedIn(page);
    expect(await accessibilityProblems(page)).toEqual([]);
  });
});

describe('several tabs', () => {
  it('know of a sign-in in one of them', async () => {
    const page = await chromium.newPage();
    const other = await page.context().newPage();
    await page.goto(spaUrl);
    await other.goto(spaUrl);
    await signInButton(other).waitFor();
    await signInButton(page).click();
    await page.getByRole('button', { name: 'Alice Archer' }).click();
    await expectSignedIn(other);
    takeFailedRequests(page, 401);
  });

  it('know that a session was ended in one of them, before its access token expires', async () => {
    const page = await openSignedIn();
    await expectSignedIn(page);
    const other = await page.context().newPage();
    await other.goto(spaUrl);
    await expectSignedIn(other);
    await page.getByRole('button', { name: 'End this session' }).click();
    await signInButton(page).waitFor();
    await expectSignedOut(other);
  });

  it('notice a sign-out when they are looked at', async () => {
    const page = await openSignedIn();
    const other = await page.context().newPage();
    await other.goto(spaUrl);
    await expectSignedIn(other);
    await expectSignedIn(page);
    await page.getByRole('button', { name: 'Sign out' }).click();
    await expectHeading(page, 'Gatehouse');
    await lookAt(other);
    await expectSignedOut(other);
  });

  it('that wake up together with an expired token make one call to WorkOS, and all show their user', async () => {
    const first = await openExpired();
    const tabs = [first, ...(await Promise.all([1, 2, 3].map(() => first.context().newPage())))];
    await Promise.all(tabs.map((tab) => tab.goto(spaUrl)));
    await Promise.all(tabs.map(expectSignedIn));
    expect(workos.sessions.at(-1)).toMatchObject({ refreshCalls: 1, exchanges: 1 });
  });
});

describe('the list of sessions', () => {
  it('ends another browser, which is signed out at its next look', async () => {
    const laptop = await openSignedIn({ userAgent: 'Laptop' });
    const phone = await openSignedIn({ userAgent: 'Phone' });
    await expectSignedIn(phone);
    await lookAt(laptop);
    await laptop.getByRole('button', { name: 'End the session of Phone' }).first().click();
    await expect.poll(() => listed(laptop).filter({ hasText: 'Phone' }).count()).toBe(0);
    expect(workos.sessions.at(-1)?.endedAt).toBeInstanceOf(Date);

    await lookAt(phone);
    await expectSignedOut(phone);
    // Though /session would still believe in it.
    await lookAt(phone);
    await expectSignedOut(phone);
    await expectSignedIn(laptop);
  });

  it('says so when Gatehouse refuses, and keeps what is there', async () => {
    const page = await openSignedIn();
    await expectSignedIn(page);
    await page.route('**/sessions/*', (route) =>
      route.fulfill({
        status: 404,
        headers: { 'access-control-allow-origin': spaUrl, 'access-control-allow-credentials': 'true' },
        json: { error: 'not_found', error_description: 'There is nothing at this path.', request_id: 'r1' },
      }),
    );
    await page.getByRole('button', { name: 'End this session' }).click();
    await expect.poll(() => status(page).textContent()).toContain('(not_found, request r1)');
    await expectSignedIn(page);
    expect(takeFailedRequests(page, 404)).toBe(1);
  });
});

describe('when something is in trouble', () => {
  it('waits as long as Gatehouse says, tries again, and signs nobody out', async () => {
    const page = await openExpired();
    faults.set('workos.authenticate=429*1');
    const calls = callsOf(page, '/session');
    await page.goto(spaUrl);
    await status(page).getByText('Trying again').waitFor();
    await expectSignedIn(page);
    expect(await status(page).textContent()).toBe('');
    const [first = 0, second = 0] = calls.at;
    expect(second - first).toBeGreaterThanOrEqual(1000);
    expect(takeFailedRequests(page, 503)).toBe(1);
  });

  it('waits longer each time when there is no answer at all, then says so and leaves it to the person', async () => {
    const page = await openSignedIn();
    await expectSignedIn(page);
    await page.route(`${url}/**`, (route) => route.abort());
    const waits = await waitInVain(page, spaUrl);
    expect(waits).toHaveLength(5);
    expect(waits).toEqual(waits.toSorted((a, b) => a - b));
    expect(waits[0]).toBe(1);
    expect(waits.at(-1)).toBeGreaterThanOrEqual(8);
    expect(await signInButton(page).isVisible()).toBe(false);
    chromium.takeComplaints(page);

    await page.unroute(`${url}/**`);
    await page.getByRole('button', { name: 'Try again' }).click();
    await expectSignedIn(page);
  });

  it('keeps showing who is signed in', async () => {
    const page = await openSignedIn();
    await expectSignedIn(page);
    await page.clock.install();
    await page.route(`${url}/**`, (route) => route.abort());
    await lookAt(page);
    await status(page).getByText('Trying again').waitFor();
    await expectSignedIn(page);
    chromium.takeComplaints(page);
  });
});

describe('an origin that is not listed', () => {
  it('learns nothing, with the same files and the same cookie', async () => {
    const page = await openSignedIn();
    await expectSignedIn(page);
    const waits = await waitInVain(page, unlistedUrl);
    expect(waits).toHaveLength(5);
    expect(await page.getByText('alice@example.com').isVisible()).toBe(false);
    const complaints = chromium.takeComplaints(page);
    expect(complaints.filter((text) => text.includes('blocked by CORS policy'))).toHaveLength(6);
  });
});
