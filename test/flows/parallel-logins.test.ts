/** Logins under way in several tabs of one browser: five of them, each with a cookie of its own. */
import { beforeEach, describe, expect, it } from 'vitest';
import { startGatehouse } from '../support/gatehouse.ts';
import { UserAgent } from '../support/user-agent.ts';

const { url } = await startGatehouse();
/** What API Gateway takes of a request's line and headers. */
const maxHeaderBytes = 10_240;

let browser: UserAgent;
beforeEach(() => {
  browser = new UserAgent();
});

/** Callbacks of as many tabs, none of them visited; the first is the oldest. */
async function openTabs(count: number): Promise<string[]> {
  const callbacks: string[] = [];
  for (let tab = 0; tab < count; tab++) {
    callbacks.push(await browser.signInUpToCallback(url, { return_to: `/?tab=${tab}` }));
  }
  return callbacks;
}

const loginCookies = async () => browser.loginCookies(url);

describe('five logins at a time', () => {
  it.each([
    ['the order they began in', [0, 1, 2, 3, 4]],
    ['the opposite order', [4, 3, 2, 1, 0]],
    ['any order', [2, 4, 0, 3, 1]],
  ])('all succeed, finished in %s', async (_, order) => {
    const callbacks = await openTabs(5);
    for (const tab of order) {
      expect((await browser.visit(callbacks[tab] ?? '')).url).toBe(`${url}/?tab=${tab}`);
    }
    expect(await loginCookies()).toStrictEqual([]);
  });

  it('all succeed when they finish at once', async () => {
    const callbacks = await openTabs(5);
    const answers = await Promise.all(callbacks.map((callback) => browser.send(callback)));
    expect(answers.map(({ location }) => location)).toStrictEqual([0, 1, 2, 3, 4].map((tab) => `${url}/?tab=${tab}`));
  });

  it('do not mind one that is cancelled', async () => {
    const [first = '', second = ''] = await openTabs(2);
    const state = new URL(first).searchParams.get('state');
    await browser.visit(`${url}/callback?error=access_denied&state=${state}`);
    expect((await browser.visit(second)).url).toBe(`${url}/?tab=1`);
  });
});

describe('a sixth login', () => {
  it('takes the place of the oldest, which is told that it has expired and can start again', async () => {
    const [oldest = '', ...others] = await openTabs(6);
    expect(await loginCookies()).toHaveLength(5);
    const page = await browser.visit(oldest);
    expect(page.url).toBe(`${url}/login?error=login_expired`);
    expect(page.body).toContain('href="/login"');

    for (const [index, callback] of others.entries()) {
      expect((await browser.visit(callback)).url).toBe(`${url}/?tab=${index + 1}`);
    }
  });
});

describe("a login's cookie", () => {
  it('is at most 450 bytes with its name, however long the way back is', async () => {
    const returnTo = `/${'x'.repeat(255)}`;
    await browser.send(`${url}/login?return_to=${returnTo}`);
    const [cookie] = await loginCookies();
    const bytes = `${cookie?.name}=${cookie?.value}`.length;
    expect(bytes).toBeGreaterThan(300);
    expect(bytes).toBeLessThanOrEqual(450);
  });

  it('is as large for every provider, so that its size tells nothing', async () => {
    const sizes = new Set<number>();
    for (const provider of ['authkit', 'GoogleOAuth', 'MicrosoftOAuth']) {
      const answer = await browser.send(`${url}/login?provider=${provider}`);
      sizes.add(answer.setCookies.at(-1)?.length ?? 0);
    }
    expect(sizes.size).toBe(1);
  });

  it('leaves room for every other header, even when a page makes the browser start one login after the other', async () => {
    await browser.signIn(url);
    for (let count = 0; count < 20; count++) await browser.send(`${url}/login?return_to=/${'x'.repeat(255)}`);
    expect((await browser.jar.getCookieString(url)).length).toBeLessThan(maxHeaderBytes / 2);
  });

  it('is cleared away with others when too many were started at once', async () => {
    await Promise.all(Array.from({ length: 12 }, () => browser.send(`${url}/login`)));
    expect((await loginCookies()).length).toBeGreaterThan(5);
    const page = await browser.signIn(url, { return_to: '/dashboard' });
    expect(page.url).toBe(`${url}/dashboard`);
    expect((await loginCookies()).length).toBeLessThanOrEqual(4);
  });

  it('makes room when its seal is broken or of another deployment', async () => {
    for (const id of ['AAAAAAAAAAAA', 'BBBBBBBBBBBB', 'CCCCCCCCCCCC']) {
      await browser.plant(url, `__Host-gh-login-${id}`, 'broken');
    }
    await browser.send(`${url}/login`);
    expect(await loginCookies()).toHaveLength(1);
  });
});

describe('a callback that was used', () => {
  it('goes on to the start page for a user who is signed in', async () => {
    const callback = await browser.signInUpToCallback(url, { return_to: '/dashboard' });
    await browser.visit(callback);
    const reload = await browser.send(callback);
    expect(reload.location).toBe(`${url}/`);
    expect((await browser.follow(reload)).body).toContain('Signed in as');
  });

  it('is not of this browser any more for a user who is not', async () => {
    const callback = await browser.signInUpToCallback(url);
    await browser.visit(callback);
    await browser.visit(`${url}/logout`);
    expect((await browser.visit(callback)).url).toBe(`${url}/login?error=state_mismatch`);
  });
});
