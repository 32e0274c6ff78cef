/** An access token that has expired, met by any route: refreshed inside the request, and no reason to sign anyone out. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { callsDuring } from '../support/outbound-calls.ts';
import { startGatehouse } from '../support/gatehouse.ts';
import { expireAccessToken, openSeal, sealOf } from '../support/session-seals.ts';
import { type Answer, UserAgent } from '../support/user-agent.ts';

const gatehouse = await startGatehouse();
const { url, workos, faults } = gatehouse;
const routes = ['/', '/session', '/dashboard'] as const;

let browser: UserAgent;
beforeEach(async () => {
  browser = new UserAgent();
  await browser.signIn(url);
  await expireAccessToken(gatehouse, browser);
});
afterEach(() => faults.clear());

const workosSession = () => workos.sessions.at(-1);

function expectSignedIn({ status, body }: Answer): void {
  expect(status).toBe(200);
  expect(body).toContain('alice@example.com');
}

describe.each(routes)('an expired access token at %s', (route) => {
  it('is refreshed in the same request, whose answer carries the new cookie', async () => {
    const before = await sealOf(browser, url);
    const answer = await browser.send(url + route);
    expectSignedIn(answer);
    expect(answer.setCookies).toHaveLength(1);
    const after = await sealOf(browser, url);
    expect(after).not.toBe(before);
    expect(answer.setCookies).toStrictEqual([
      `wos-session=${after}; Max-Age=34560000; Path=/; HttpOnly; Secure; SameSite=Lax`,
    ]);
  });

  it('is refreshed once: the next request finds the new one good', async () => {
    await browser.send(url + route);
    const calls = await callsDuring(gatehouse, async () => {
      const next = await browser.send(url + route);
      expectSignedIn(next);
      expect(next.setCookies).toStrictEqual([]);
    });
    expect(calls).not.toHaveProperty('workos.authenticate');
  });

  it('signs the user out when WorkOS says that the session is over', async () => {
    const session = workosSession();
    await new UserAgent().send(`${workos.url}/user_management/sessions/logout?session_id=${session?.id}`);
    const answer = await browser.send(url + route);
    expect(answer.setCookies).toStrictEqual(['wos-session=; Max-Age=0; Path=/; HttpOnly; Secure; SameSite=Lax']);
    expect(answer.body).not.toContain('alice@example.com');
    expect(await browser.cookies(url)).toStrictEqual({});
    expect(answer.status).toBe({ '/': 200, '/session': 401, '/dashboard': 302 }[route]);
    expect(answer.location).toBe(route === '/dashboard' ? `${url}/login?return_to=/dashboard` : undefined);
  });

  it.each(['429', '500', '503', 'html', 'lost'])('survives %s from WorkOS', async (fault) => {
    const before = await sealOf(browser, url);
    faults.set(`workos.authenticate=${fault}`);
    const answer = await browser.send(url + route);
    expect(answer.status).toBe(503);
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(answer.body).toContain('temporarily_unavailable');
    expect(answer.setCookies).toStrictEqual([]);
    expect(await sealOf(browser, url)).toBe(before);

    faults.clear();
    expectSignedIn(await browser.send(url + route));
  });
});

describe('a refresh', () => {
  it('gives WorkOS four seconds and keeps the cookie', async () => {
    const before = await sealOf(browser, url);
    faults.set('workos.authenticate=hang');
    const answers = await Promise.all(routes.map((route) => browser.send(url + route)));
    for (const answer of answers) {
      expect(answer.status).toBe(503);
      expect(answer.headers.get('retry-after')).toBe('5');
    }
    expect(await sealOf(browser, url)).toBe(before);
    faults.clear();
    expectSignedIn(await browser.send(`${url}/session`));
  });

  it('goes on with the same session', async () => {
    const before = JSON.parse((await browser.send(`${url}/session`)).body) as unknown;
    await expireAccessToken(gatehouse, browser);
    const after = JSON.parse((await browser.send(`${url}/session`)).body) as unknown;
    expect(after).toStrictEqual({ ...(before as object), expiresAt: expect.any(String) });
  });

  it("waits as long as WorkOS's Retry-After says", async () => {
    faults.set('workos.authenticate=429');
    expect((await browser.send(`${url}/session`)).headers.get('retry-after')).toBe('1');
  });

  it.each(['mfa_enrollment', 'sso_required'] as const)(
    'ends a session for which WorkOS asks for more: %s',
    async (demand) => {
      workos.settings.demand = demand;
      const answer = await browser.send(`${url}/session`);
      workos.settings.demand = undefined;
      expect(answer.status).toBe(401);
      expect(answer.setCookies).toStrictEqual(['wos-session=; Max-Age=0; Path=/; HttpOnly; Secure; SameSite=Lax']);
    },
  );

  it('keeps how the user signed in', async () => {
    await browser.send(`${url}/`);
    expect(await openSeal(await sealOf(browser, url))).toMatchObject({ authenticationMethod: 'Password' });
  });

  it('shows what changed at WorkOS meanwhile', async () => {
    await workos.changeUser('alice@example.com', { first_name: 'Alicia' });
    expect((await browser.send(`${url}/`)).body).toContain('Alicia Archer');
    await workos.changeUser('alice@example.com', { first_name: 'Alice' });
  });

  it('does not happen for who has no refresh token of ours', async () => {
    const calls = await callsDuring(gatehouse, () => new UserAgent().send(`${url}/session`));
    expect(calls).not.toHaveProperty('workos.authenticate');
  });
});
