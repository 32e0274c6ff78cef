/** Sessions that would not fit into a cookie: browsers drop those without a word, so we say it first. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startGatehouse } from '../support/gatehouse.ts';
import { expireAccessToken, openSeal, sealOf } from '../support/session-seals.ts';
import { UserAgent } from '../support/user-agent.ts';

const gatehouse = await startGatehouse();
const { url, workos } = gatehouse;
const maxCookieBytes = 3_800;

const permissions = (count: number): string[] => Array.from({ length: count }, (_, index) => `resource-${index}:write`);

let browser: UserAgent;
beforeEach(() => {
  browser = new UserAgent();
});
afterEach(async () => {
  workos.setPermissions('admin', ['members:manage', 'posts:read', 'posts:write']);
  await workos.changeUser('alice@example.com', { metadata: {}, profile_picture_url: null });
});

const cookieBytes = async (): Promise<number> => `wos-session=${await sealOf(browser, url)}`.length;

describe('a token with many permissions', () => {
  it('fits while the cookie is at most 3,800 bytes', async () => {
    workos.setPermissions('admin', permissions(30));
    await browser.signIn(url);
    expect(await cookieBytes()).toBeGreaterThan(2_500);
    expect(await cookieBytes()).toBeLessThanOrEqual(maxCookieBytes);
    expect((await browser.send(`${url}/session`)).status).toBe(200);
  });

  it('fails the login with session_too_large when it does not fit, and sets no cookie', async () => {
    workos.setPermissions('admin', permissions(100));
    const page = await browser.signIn(url, { return_to: '/dashboard' });
    expect(page.url).toBe(`${url}/login?error=session_too_large&return_to=%2Fdashboard`);
    expect(page.body).toContain('<code>session_too_large</code>');
    expect(await browser.cookies(url)).toStrictEqual({});
  });

  it('leaves an earlier session as it was', async () => {
    await browser.signIn(url);
    workos.setPermissions('admin', permissions(100));
    await browser.signIn(url);
    expect((await browser.send(`${url}/session`)).status).toBe(200);
  });

  it('that grew since the sign-in is said to be too large at the refresh, and nothing is cut off', async () => {
    await browser.signIn(url);
    await expireAccessToken(gatehouse, browser);
    workos.setPermissions('admin', permissions(100));
    const answer = await browser.send(`${url}/session`);
    expect(JSON.parse(answer.body)).toMatchObject({ error: 'session_too_large' });
    expect(answer.setCookies).toStrictEqual([]);
  });
});

describe('a large profile', () => {
  const picture = `https://images.example/${'p'.repeat(200)}.png`;

  it('is kept whole while it fits', async () => {
    await workos.changeUser('alice@example.com', { metadata: { plan: 'gold' }, profile_picture_url: picture });
    await browser.signIn(url);
    const { user } = await openSeal(await sealOf(browser, url));
    expect(user).toMatchObject({ metadata: { plan: 'gold' }, profilePictureUrl: picture, emailVerified: true });
  });

  it('loses its metadata first', async () => {
    const metadata = Object.fromEntries(Array.from({ length: 10 }, (_, index) => [`key${index}`, 'v'.repeat(200)]));
    await workos.changeUser('alice@example.com', { metadata, profile_picture_url: picture });
    const page = await browser.signIn(url);
    expect(page.body).toContain(`src="${picture}"`);
    expect(await cookieBytes()).toBeLessThanOrEqual(maxCookieBytes);
    const { user } = await openSeal(await sealOf(browser, url));
    expect(user).toMatchObject({ email: 'alice@example.com', firstName: 'Alice', profilePictureUrl: picture });
    expect(user).not.toHaveProperty('metadata');
  });

  it('loses its picture next, and the account page has it all the same', async () => {
    await workos.changeUser('alice@example.com', { profile_picture_url: `https://images.example/${'p'.repeat(2000)}` });
    const page = await browser.signIn(url);
    expect(page.body).toContain('Signed in as <bdi>Alice Archer</bdi>');
    expect(await cookieBytes()).toBeLessThanOrEqual(maxCookieBytes);
    expect((await openSeal(await sealOf(browser, url))).user).not.toHaveProperty('profilePictureUrl');
  });
});
