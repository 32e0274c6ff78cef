/** What a page of another site can do to a signed-in person: lead them here. Not sign them out, act for them, or show them. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Page } from 'playwright-core';
import { afterAll, describe, expect, it } from 'vitest';
import { expectHeading, startChromium } from '../support/chromium.ts';
import { startGatehouse } from '../support/gatehouse.ts';

const gatehouse = await startGatehouse();
const { url } = gatehouse;
const chromium = await startChromium();
const serve = await startOtherSite();

const latestSession = () => gatehouse.workos.sessions.at(-1);

/** Alice's browser on a page of another site. */
async function signInAndVisit(markup: string): Promise<Page> {
  const page = await chromium.newPage();
  await page.goto(`${url}/login?login_hint=alice@example.com`);
  await expectHeading(page, 'Signed in as Alice Archer');
  await page.goto(serve(markup));
  return page;
}

async function expectSignedIn(page: Page): Promise<void> {
  await page.goto(url);
  await expectHeading(page, 'Signed in as Alice Archer');
  expect(latestSession()?.endedAt).toBeUndefined();
}

describe('a link on another site', () => {
  it('to the account page finds its reader signed in', async () => {
    const page = await signInAndVisit(`<a href="${url}/dashboard">account</a>`);
    await page.getByRole('link').click();
    await expectHeading(page, 'Your account');
  });

  it('to /logout leads to a question, and its button signs out here and at WorkOS', async () => {
    const page = await signInAndVisit(`<a href="${url}/logout">out</a>`);
    await page.getByRole('link').click();
    await expectHeading(page, 'Sign out of Gatehouse?');
    expect(await page.locator('main').innerText()).toContain('alice@example.com');
    expect(latestSession()?.endedAt).toBeUndefined();

    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('link', { name: 'Sign in' }).waitFor();
    expect(page.url()).toBe(`${url}/`);
    expect(latestSession()?.endedAt).toBeInstanceOf(Date);
    expect(await page.context().cookies(url)).toEqual([]);
  });

  it('to /logout leaves whoever stays signed in', async () => {
    const page = await signInAndVisit(`<a href="${url}/logout">out</a>`);
    await page.getByRole('link').click();
    await page.getByRole('link', { name: 'Stay signed in' }).click();
    await expectHeading(page, 'Signed in as Alice Archer');
    await expectSignedIn(page);
  });

  it('to /logout asks in Chinese where the browser prefers it', async () => {
    const page = await chromium.newPage({ locale: 'zh-CN' });
    await page.goto(`${url}/login?login_hint=alice@example.com`);
    await page.goto(serve(`<a href="${url}/logout">out</a>`));
    await page.getByRole('link').click();
    await expectHeading(page, '要退出 Gatehouse 吗？');
    await page.getByRole('button', { name: '退出登录' }).click();
    await page.getByRole('link', { name: '登录', exact: true }).waitFor();
  });

  it('to /logout leads whoever is not signed in to the public page', async () => {
    const page = await chromium.newPage();
    await page.goto(serve(`<a href="${url}/logout">out</a>`));
    await page.getByRole('link').click();
    await page.getByRole('link', { name: 'Sign in' }).waitFor();
    expect(page.url()).toBe(`${url}/`);
  });
});

describe('on another site', () => {
  it('an image from /logout signs nobody out', async () => {
    const page = await signInAndVisit(`<img src="${url}/logout">`);
    await expectSignedIn(page);
  });

  it('a form to /logout signs nobody out', async () => {
    const page = await signInAndVisit(`<form method="post" action="${url}/logout"><button>free money</button></form>`);
    await page.getByRole('button').click();
    await expectHeading(page, 'This came from another site');
    await expectSignedIn(page);
  });

  it.each(['', 'dashboard', 'logout'])('a frame does not show /%s', async (path) => {
    const page = await signInAndVisit(`<iframe src="${url}/${path}"></iframe>`);
    expect(page.frames().map((frame) => frame.url())).toEqual([page.url(), 'chrome-error://chromewebdata/']);
    // /dashboard leads to /login, which answers 400 to a page that another site loads it into.
    const complaints = chromium.takeComplaints(page).filter((text) => !text.includes('status of 400'));
    expect(complaints).toEqual([expect.stringContaining("frame-ancestors 'none'")]);
    await expectSignedIn(page);
  });

  it('a script is not told who is signed in', async () => {
    const page = await signInAndVisit('');
    const request = `fetch('${url}/session', { credentials: 'include' })`;
    expect(await page.evaluate<string>(`${request}.then(() => 'an answer', () => 'nothing')`)).toBe('nothing');
    expect(chromium.takeComplaints(page).join('\n')).toContain('CORS policy');
    await expectSignedIn(page);
  });
});

/**
 * 127.0.0.1 and localhost are two sites for a browser, though one machine.
 * @returns a function that puts markup onto a page there and tells its address.
 */
async function startOtherSite(): Promise<(markup: string) => string> {
  const pages: string[] = [];
  const server = createServer((request, response) => {
    const markup = pages[Number(request.url?.slice(1))];
    response.writeHead(markup === undefined ? 404 : 200, { 'content-type': 'text/html' });
    response.end(`<!doctype html><title>another site</title><link rel="icon" href="data:,">${markup ?? ''}`);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  afterAll(() => server.close());
  const { port } = server.address() as AddressInfo;
  return (markup) => `http://127.0.0.1:${port}/${pages.push(markup) - 1}`;
}
