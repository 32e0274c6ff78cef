/**
 * Connecting a module from an app, in two halves: `POST /oauth/{module}/connect`, a browser, `POST /oauth/{module}/finish`. A
 * consent connects nothing without both: the ticket that the browser brings back, and the JWT of the session that asked.
 */
import { randomBytes } from 'node:crypto';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { type AppSession, signInToApp } from '../support/app-sign-in.ts';
import { consentInBrowser } from '../support/consent-in-browser.ts';
import { startGatehouse } from '../support/gatehouse.ts';
import { UserAgent } from '../support/user-agent.ts';

const gatehouse = await startGatehouse();
const { url } = gatehouse;
const redirectUri = 'yourappscheme://login/success';

const alice = await signInToApp(url);
const bob = await signInToApp(url, { email: 'bob@example.com' });

const send = async (by: AppSession, method: string, path: string, body?: unknown) => {
  const answer = await new UserAgent().send(url + path, {
    method,
    headers: { authorization: `Bearer ${by.token}`, ...(body !== undefined && { 'content-type': 'application/json' }) },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  return { status: answer.status, says: v.parse(v.record(v.string(), v.unknown()), JSON.parse(answer.body)) };
};

/** What the app opens in the system browser. */
async function request(by: AppSession, state = randomBytes(16).toString('base64url'), module = 'gmail') {
  const { status, says } = await send(by, 'POST', `/oauth/${module}/connect`, { redirect_uri: redirectUri, state });
  expect(status).toBe(201);
  return String(says['url']);
}

/** @returns the parameters of the redirect that the app is given. */
async function consent(opened: string, browser = new UserAgent()) {
  return Object.fromEntries((await consentInBrowser(opened, redirectUri, browser)).searchParams);
}

const finish = (by: AppSession, ticket: unknown, module = 'gmail') =>
  send(by, 'POST', `/oauth/${module}/finish`, { ticket });

async function statusOf(by: AppSession, module = 'gmail'): Promise<unknown> {
  const { says } = await send(by, 'GET', '/modules');
  const modules = v.parse(v.array(v.looseObject({ module: v.string(), status: v.string() })), says['modules']);
  return modules.find((each) => each.module === module)?.status;
}

describe('an app that connects Gmail', () => {
  it('asks, lets its user consent in the browser, and finishes', async () => {
    const browser = new UserAgent();
    const answer = await consent(await request(alice, 'app-state'), browser);
    expect(answer).toStrictEqual({
      ok: '1',
      module: 'gmail',
      ticket: expect.stringMatching(/^[\w-]{43}$/),
      state: 'app-state',
      iss: url,
    });
    // Nobody is signed in to the website by it, and nothing is connected yet.
    expect(Object.keys(await browser.cookies(url))).toStrictEqual([]);
    expect(await statusOf(alice)).toBe('not_connected');

    const { status, says } = await finish(alice, answer['ticket']);
    expect(status).toBe(200);
    expect(says).toMatchObject({ module: 'gmail', status: 'connected', account: 'alice@example.com' });
    expect(await statusOf(alice)).toBe('connected');
    expect(await finish(alice, answer['ticket'])).toMatchObject({ status: 400, says: { error: 'invalid_ticket' } });
    const { ticket = '-' } = answer;
    for (const { text } of gatehouse.logLines) expect(text).not.toContain(ticket);
  });

  it('opens its address once: then it is a page, which leads nowhere', async () => {
    const opened = await request(alice);
    await consent(opened);
    const again = await new UserAgent().send(opened);
    expect([again.status, again.location]).toStrictEqual([400, undefined]);
    expect(again.body).toContain('<code>invalid_ticket</code>');
  });

  it('loses nothing to a browser that looks ahead', async () => {
    const opened = await request(alice);
    const browser = new UserAgent();
    expect((await browser.send(opened, { headers: { 'sec-purpose': 'prefetch' } })).status).toBe(503);
    await browser.send(opened, { method: 'HEAD' });
    expect(await browser.cookies(url)).toStrictEqual({});
    expect((await consent(opened, browser))['ok']).toBe('1');
  });

  it('hears that its user said no', async () => {
    const answer = await consentInBrowser(await request(alice, 'app-state'), redirectUri, new UserAgent(), {
      says: 'cancel',
    });
    expect(Object.fromEntries(answer.searchParams)).toStrictEqual({
      ok: '0',
      error: 'consent_refused',
      module: 'gmail',
      state: 'app-state',
      iss: url,
    });
  });
});

describe('a consent from an app', () => {
  it('connects nothing for somebody else who brings its ticket, and nothing for its owner after that', async () => {
    const { ticket } = await consent(await request(bob));
    expect(await finish(alice, ticket)).toMatchObject({ status: 400, says: { error: 'invalid_ticket' } });
    expect(await finish(bob, ticket)).toMatchObject({ status: 400, says: { error: 'invalid_ticket' } });
    expect(await statusOf(bob)).toBe('not_connected');
  });

  it('connects nothing for another session of the same user', async () => {
    const { ticket } = await consent(await request(bob));
    const otherDevice = await signInToApp(url, { email: 'bob@example.com' });
    expect(await finish(otherDevice, ticket)).toMatchObject({ status: 400, says: { error: 'invalid_ticket' } });
    expect(await statusOf(bob)).toBe('not_connected');
  });

  it('connects no account of a victim to the attacker who sent the address', async () => {
    const sentToVictim = await request(bob);
    const answer = await consentInBrowser(sentToVictim, redirectUri, new UserAgent(), { account: 'alice@example.com' });
    expect(Object.fromEntries(answer.searchParams)).toMatchObject({ ok: '0', error: 'account_mismatch' });
    expect(await statusOf(bob)).toBe('not_connected');
  });
});
