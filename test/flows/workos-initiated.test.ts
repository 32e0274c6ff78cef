/** Sign-ins that begin at WorkOS: invitations, and administrators who act as a user. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { callsDuring } from '../support/outbound-calls.ts';
import { startGatehouse } from '../support/gatehouse.ts';
import { expireAccessToken } from '../support/session-seals.ts';
import { UserAgent } from '../support/user-agent.ts';

const gatehouse = await startGatehouse();
const { url, workos } = gatehouse;
const email = 'bob@example.com';

let browser: UserAgent;
beforeEach(() => {
  browser = new UserAgent();
});

describe('a callback without a state', () => {
  it('starts over at /login and leaves its code unused', async () => {
    const callback = await workos.callbackWithoutState(email);
    const calls = await callsDuring(gatehouse, async () => {
      const answer = await browser.send(callback);
      expect(answer.status).toBe(302);
      expect(answer.location).toBe(`${url}/login`);
      expect(answer.setCookies).toStrictEqual([]);
    });
    expect(calls).not.toHaveProperty('workos.authenticate');
  });

  it('ends signed in once WorkOS, which knows the user by then, has been asked properly', async () => {
    const atWorkos = await browser.visit(await workos.callbackWithoutState(email));
    const page = await browser.follow(await browser.submit(atWorkos.url, { email }));
    expect(page.url).toBe(`${url}/`);
    expect(page.body).toContain('Signed in as <bdi>Bob Baker</bdi>');
  });

  it('leaves an earlier session as it was', async () => {
    await browser.signIn(url);
    await browser.send(await workos.callbackWithoutState(email));
    expect((await browser.send(`${url}/session`)).body).toContain('alice@example.com');
  });

  it('shows the error that it brings instead of a code', async () => {
    const page = await browser.visit(`${url}/callback?error=organization_invalid&error_description=x`);
    expect(page.url).toBe(`${url}/login?error=organization_invalid`);
    expect(page.body).toContain('<code>organization_invalid</code>');
  });
});

describe('an administrator who acts as a user', () => {
  const impersonator = { email: 'admin@example.com', reason: 'ticket 4711 <b>' };
  beforeEach(async () => {
    await workos.impersonate(email, impersonator);
    await browser.signIn(url, { login_hint: email });
  });
  afterEach(() => workos.impersonate(email, undefined));

  function expectBanner(body: string): void {
    expect(body).toContain('<aside class="impersonation"');
    expect(body).toContain('<bdi>admin@example.com</bdi>');
    expect(body).toContain('ticket 4711 &lt;b&gt;');
  }

  it.each(['/', '/dashboard'])('sees on %s who they are', async (path) => {
    expectBanner((await browser.send(url + path)).body);
  });

  it('sees it on the page that asks before signing out', async () => {
    const answer = await browser.send(`${url}/logout`, { headers: { 'sec-fetch-site': 'cross-site' } });
    expectBanner(answer.body);
  });

  it('is named in /session', async () => {
    const { body } = await browser.send(`${url}/session`);
    expect(JSON.parse(body)).toMatchObject({ email, authMethod: 'Impersonation', impersonator });
  });

  it('is still named after a refresh', async () => {
    await expireAccessToken(gatehouse, browser);
    expect(JSON.parse((await browser.send(`${url}/session`)).body)).toMatchObject({ impersonator });
    expectBanner((await browser.send(`${url}/`)).body);
  });

  it('is not there for the user themselves', async () => {
    await workos.impersonate(email, undefined);
    const own = new UserAgent();
    await own.signIn(url, { login_hint: email });
    expect((await own.send(`${url}/`)).body).not.toContain('impersonation"');
    expect(JSON.parse((await own.send(`${url}/session`)).body)).not.toHaveProperty('impersonator');
  });
});
