/** Signing out: by a link, by a form, from another site, and when there is nothing left to sign out of. */
import { beforeEach, describe, expect, it } from 'vitest';
import { startGatehouse } from '../support/gatehouse.ts';
import { expireAccessToken, openSeal, sealOf } from '../support/session-seals.ts';
import { type SendOptions, UserAgent } from '../support/user-agent.ts';

const gatehouse = await startGatehouse();
const { url, workos } = gatehouse;
const cleared = 'wos-session=; Max-Age=0; Path=/; HttpOnly; Secure; SameSite=Lax';

let browser: UserAgent;
beforeEach(async () => {
  browser = new UserAgent();
  await browser.signIn(url);
});

const logout = async (options: SendOptions = {}) => browser.send(`${url}/logout`, options);
const isSignedIn = async (): Promise<boolean> => (await browser.send(`${url}/session`)).status === 200;
const workosSession = () => workos.sessions.at(-1);

/** The session is over in the browser, and where the answer leads it is over at WorkOS too. */
async function expectSignedOut(answer: Awaited<ReturnType<typeof logout>>): Promise<void> {
  expect(answer.status).toBe(302);
  expect(answer.setCookies).toStrictEqual([cleared]);
  const target = new URL(answer.location ?? '');
  expect(`${target.origin}${target.pathname}`).toBe(`${workos.url}/user_management/sessions/logout`);
  expect(Object.fromEntries(target.searchParams)).toStrictEqual({
    session_id: workosSession()?.id,
    return_to: `${url}/`,
  });
  const page = await browser.follow(answer);
  expect(page.url).toBe(`${url}/`);
  expect(workosSession()?.endedAt).toBeInstanceOf(Date);
  expect(await isSignedIn()).toBe(false);
}

describe('GET /logout', () => {
  it('clears the cookie, ends the session at WorkOS and comes back to the public page', async () => {
    await expectSignedOut(await logout());
  });

  it('does so when the access token has expired', async () => {
    await expireAccessToken(gatehouse, browser);
    await expectSignedOut(await logout());
  });

  it.each(['same-origin', 'same-site', 'none'])('does so for a browser that says Sec-Fetch-Site: %s', async (site) => {
    await expectSignedOut(await logout({ headers: { 'sec-fetch-site': site } }));
  });

  it('leaves a refresh token behind that WorkOS takes no more', async () => {
    await expireAccessToken(gatehouse, browser);
    const seal = await sealOf(browser, url);
    await browser.visit(`${url}/logout`);
    await browser.plant(url, 'wos-session', seal);
    const answer = await browser.send(`${url}/session`);
    expect(answer.status).toBe(401);
    expect(answer.setCookies).toStrictEqual([cleared]);
  });

  it('tells the bus who has gone, and nothing secret', async () => {
    const { uid, sessionId } = JSON.parse((await browser.send(`${url}/session`)).body) as Record<string, string>;
    await logout();
    expect(gatehouse.aws.events.at(-1)).toStrictEqual({
      bus: gatehouse.aws.events[0]?.bus,
      source: 'gatehouse',
      detailType: 'user.signed_out',
      detail: { userId: uid, sessionId },
    });
  });

  it.each([
    ['nobody', undefined],
    ['a broken cookie', 'broken'],
    ['a cookie that is cut off', 'Fe26.2*1*'],
  ])('leads %s to the public page', async (_, value) => {
    const stranger = new UserAgent();
    if (value !== undefined) await stranger.plant(url, 'wos-session', value);
    const eventsBefore = gatehouse.aws.events.length;
    const answer = await stranger.send(`${url}/logout`);
    expect(answer.status).toBe(302);
    expect(answer.location).toBe(`${url}/`);
    expect(await stranger.cookies(url)).toStrictEqual({});
    expect(gatehouse.aws.events).toHaveLength(eventsBefore);
  });

  it('takes no return_to from the request', async () => {
    const answer = await browser.send(`${url}/logout?return_to=https://evil.example/`);
    expect(new URL(answer.location ?? '').searchParams.get('return_to')).toBe(`${url}/`);
  });
});

describe('GET /logout from another site', () => {
  const fromElsewhere: SendOptions = { headers: { 'sec-fetch-site': 'cross-site' } };

  it('asks first, and signs nobody out', async () => {
    const answer = await logout(fromElsewhere);
    expect(answer.status).toBe(200);
    expect(answer.setCookies).toStrictEqual([]);
    expect(answer.body).toContain('<form class="actions" method="post" action="/logout">');
    expect(answer.body).toContain('alice@example.com');
    expect(await isSignedIn()).toBe(true);
    expect(workosSession()?.endedAt).toBeUndefined();
  });

  it('shows nothing of the session that could end it', async () => {
    const { body, headers } = await logout(fromElsewhere);
    const all = body + JSON.stringify([...headers]);
    expect(all).not.toContain(workosSession()?.id);
    expect(all).not.toContain((await openSeal(await sealOf(browser, url))).accessToken);
  });

  it('lets its form go where signing out leads', async () => {
    const policy = (await logout(fromElsewhere)).headers.get('content-security-policy');
    expect(policy).toContain(`form-action 'self' ${workos.url} https:;`);
  });
});

describe('POST /logout', () => {
  const post = async (headers: Record<string, string>) => logout({ method: 'POST', headers });

  it.each([
    ['with our Origin', { origin: url }],
    // What browsers send with a form of a page that has Referrer-Policy: no-referrer.
    ['with Origin: null from our own page', { origin: 'null', 'sec-fetch-site': 'same-origin' }],
    ['without Origin from our own page', { 'sec-fetch-site': 'same-origin' }],
  ])('signs out %s', async (_, headers) => {
    await expectSignedOut(await post(headers));
  });

  it.each([
    ["another site's Origin", { origin: 'https://evil.example' }],
    ['an Origin that begins like ours', { origin: `${url}.evil.example` }],
    ['our Origin over another scheme', { origin: url.replace('http:', 'https:') }],
    ['our Origin on another port', { origin: 'http://localhost:1' }],
    ['Origin: null from another site', { origin: 'null', 'sec-fetch-site': 'cross-site' }],
    ['Origin: null from a sibling', { origin: 'null', 'sec-fetch-site': 'same-site' }],
    ['Origin: null and nothing else', { origin: 'null' }],
    [
      "another site's Origin and a Sec-Fetch-Site that lies",
      { origin: 'https://evil.example', 'sec-fetch-site': 'same-origin' },
    ],
    ['no Origin from another site', { 'sec-fetch-site': 'cross-site' }],
    ['no Origin typed into the address bar', { 'sec-fetch-site': 'none' }],
    ['neither', {}],
  ])('refuses %s: 403 cross_site', async (_, headers) => {
    const answer = await post(headers);
    expect(answer.status).toBe(403);
    expect(answer.body).toContain('<code>cross_site</code>');
    expect(answer.setCookies).toStrictEqual([]);
    expect(await isSignedIn()).toBe(true);
  });

  it('refuses a body over 16 KB, and the session stays', async () => {
    const headers = { origin: url, 'content-type': 'application/x-www-form-urlencoded' };
    const answer = await logout({ method: 'POST', headers, body: `x=${'x'.repeat(16 * 1024)}` });
    expect(answer.status).toBe(413);
    expect(answer.body).toContain('<code>payload_too_large</code>');
    expect(await isSignedIn()).toBe(true);
  });
});
