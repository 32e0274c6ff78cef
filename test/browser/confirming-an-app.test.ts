/** The question before an app is signed in, as a person answers it: browsers hold redirects after a form against the page's policy. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Page } from 'playwright-core';
import { afterAll, describe, expect, it } from 'vitest';
import { expectHeading, startChromium } from '../support/chromium.ts';
import { startGatehouse } from '../support/gatehouse.ts';
import { startNativeApp } from '../support/native-app.ts';

const { url, workos } = await startGatehouse();
const chromium = await startChromium();

const question = 'Continue to Gatehouse asking app as alice@example.com?';

/** At the question, with the app that asks it. */
async function ask(redirectUri: string) {
  const app = startNativeApp(url, { client_id: 'gatehouse-asking', redirect_uri: redirectUri });
  const page = await chromium.newPage();
  await page.goto(app.loginUrl);
  await expectHeading(page, question);
  return { app, page };
}

/** Presses a button, and gives what Gatehouse answered the form. */
async function press(page: Page, name: string) {
  const confirmed = page.waitForResponse(`${url}/login/confirm`);
  await page.getByRole('button', { name, exact: true }).click();
  const answer = await confirmed;
  return { status: answer.status(), location: (await answer.allHeaders())['location'] ?? '' };
}

describe('an app with a scheme of its own', () => {
  const redirectUri = 'yourappscheme://asking/success';

  it('is opened when its user goes on', async () => {
    const { app, page } = await ask(redirectUri);
    const { status, location } = await press(page, 'Continue');
    expect(status).toBe(303);
    expect(location.startsWith(`${redirectUri}?ok=1&uid=usr_`)).toBe(true);
    expect(new URL(location).searchParams.get('state')).toBe(app.state);
    expect(await page.context().cookies(url)).toEqual([]);
  });

  it('is opened without a ticket when its user does not', async () => {
    const { page } = await ask(redirectUri);
    const { location } = await press(page, 'Cancel');
    expect(location.startsWith(`${redirectUri}?ok=0&error=access_denied&`)).toBe(true);
    expect(workos.sessions.at(-1)?.endedAt).toBeInstanceOf(Date);
  });

  it('would not be opened if the page did not name its scheme', async () => {
    const { page } = await ask(redirectUri);
    // A policy that is added to a page can only narrow it: this one is ours without the scheme.
    await page.evaluate(`document.head.append(Object.assign(document.createElement('meta'), {
      httpEquiv: 'content-security-policy', content: "form-action 'self'",
    }))`);
    await page.getByRole('button', { name: 'Continue' }).click();
    await expect.poll(() => chromium.takeComplaints(page).join()).toContain("form-action 'self'");
  });

  it('is asked about in Chinese where the browser prefers it', async () => {
    const page = await chromium.newPage({ locale: 'zh-CN' });
    await page.goto(startNativeApp(url, { client_id: 'gatehouse-asking', redirect_uri: redirectUri }).loginUrl);
    await expectHeading(page, '以 alice@example.com 的身份继续使用 Gatehouse asking app？');
    expect((await press(page, '继续')).location).toContain('?ok=1&');
  });
});

describe('an app that listens on this machine', () => {
  it('hears from the browser when its user goes on, also when they press twice', async () => {
    const { port, visits } = await startListening();
    const { app, page } = await ask(`http://127.0.0.1:${port}/asking`);
    await page.getByRole('button', { name: 'Continue' }).dblclick();
    await expectHeading(page, 'You can close this window');
    const tickets = new Set(visits.map((visit) => new URL(visit).searchParams.get('ticket')));
    expect(tickets.size).toBe(1);
    expect(new URL(page.url()).searchParams.get('state')).toBe(app.state);
  });

  it('is led to by IPv6 too, which no policy can name', async () => {
    const { page } = await ask('http://[::1]:53682/asking');
    const sent = page.waitForRequest((request) => request.url().startsWith('http://[::1]:53682/asking?ok=1&'));
    await page.getByRole('button', { name: 'Continue' }).click();
    expect((await sent).method()).toBe('GET');
  });
});

async function startListening(): Promise<{ readonly port: number; readonly visits: readonly string[] }> {
  const visits: string[] = [];
  const server = createServer((request, response) => {
    visits.push(`http://127.0.0.1${request.url}`);
    response.writeHead(200, { 'content-type': 'text/html' });
    response.end('<!doctype html><title>app</title><link rel="icon" href="data:,"><h1>You can close this window</h1>');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  afterAll(() => server.close());
  return { port: (server.address() as AddressInfo).port, visits };
}
