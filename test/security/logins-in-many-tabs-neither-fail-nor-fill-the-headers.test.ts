/** Threat 9: five logins at a time, a sixth, and a page that starts as many as it can. */
import { beforeEach, describe, expect, it } from 'vitest';
import { listenOnLoopback } from '../../lib/local/loopback.ts';
import { startChromium } from '../support/chromium.ts';
import { startGatehouse } from '../support/gatehouse.ts';
import { UserAgent } from '../support/user-agent.ts';

const { url } = await startGatehouse();
const chromium = await startChromium();
/** What API Gateway takes of a request's line and headers, all told; it cannot be raised. */
const maxHeaderBytes = 10_240;
/** More than browsers send beside cookies: a long address, client hints, fetch metadata, languages. */
const otherHeaderBytes = 2_048;
const longReturnTo = `/${'x'.repeat(255)}`;
/** Sessions are refused above that (functions/shared/workos/session-seal.ts). */
const largestSeal = 'x'.repeat(3_788);

let browser: UserAgent;
beforeEach(() => {
  browser = new UserAgent();
});

const startLogins = async (count: number): Promise<string[]> => {
  const callbacks: string[] = [];
  for (let tab = 0; tab < count; tab++) {
    callbacks.push(await browser.signInUpToCallback(url, { return_to: `/?tab=${tab}` }));
  }
  return callbacks;
};

const loginCookies = async (): Promise<string[]> =>
  Object.keys(await browser.cookies(url)).filter((name) => name.startsWith('__Host-gh-login-'));

function ordersOf(items: readonly number[]): readonly (readonly number[])[] {
  if (items.length <= 1) return [items];
  return items.flatMap((first, index) => ordersOf(items.toSpliced(index, 1)).map((rest) => [first, ...rest]));
}

describe('five logins of one browser', () => {
  // Every seventh of the 120 orders: each tab is first, last and in between.
  it.each(ordersOf([0, 1, 2, 3, 4]).filter((_, index) => index % 7 === 0))(
    'all succeed, finished in the order %i %i %i %i %i',
    async (...order) => {
      const callbacks = await startLogins(5);
      for (const tab of order) {
        expect((await browser.send(callbacks[tab] ?? '')).location).toBe(`${url}/?tab=${tab}`);
      }
      expect(await loginCookies()).toStrictEqual([]);
    },
  );

  it('all succeed when they start and finish at once', async () => {
    const callbacks = await Promise.all(
      [0, 1, 2, 3, 4].map((tab) => browser.signInUpToCallback(url, { return_to: `/?tab=${tab}` })),
    );
    const answers = await Promise.all(callbacks.map((callback) => browser.send(callback)));
    expect(answers.map(({ location }) => location)).toStrictEqual([0, 1, 2, 3, 4].map((tab) => `${url}/?tab=${tab}`));
  });
});

describe('a sixth login', () => {
  it('evicts the oldest, which is told so and offered a new start; the others succeed', async () => {
    const [oldest = '', ...others] = await startLogins(6);
    expect(await loginCookies()).toHaveLength(5);
    const page = await browser.visit(oldest);
    expect(page.url).toBe(`${url}/login?error=login_expired`);
    expect(page.body).toContain('href="/login"');
    for (const callback of others) expect((await browser.send(callback)).location).toMatch(/\/\?tab=[1-5]$/);
  });
});

describe('the headers of a browser', () => {
  const headerBytes = async (): Promise<number> => otherHeaderBytes + (await browser.jar.getCookieString(url)).length;

  it('have room for the largest session beside five logins with the longest ways back', async () => {
    await browser.plant(url, 'wos-session', largestSeal);
    for (let count = 0; count < 30; count++) await browser.send(`${url}/login?return_to=${longReturnTo}`);
    expect(await loginCookies()).toHaveLength(5);
    expect(await headerBytes()).toBeLessThan(maxHeaderBytes);
    // Which the gateway measures as API Gateway does.
    expect((await browser.send(`${url}/login`)).status).toBe(302);
  });

  it('have room after ten tabs at once that knew nothing of each other', async () => {
    await browser.plant(url, 'wos-session', largestSeal);
    await Promise.all(Array.from({ length: 10 }, () => browser.send(`${url}/login?return_to=${longReturnTo}`)));
    expect(await headerBytes()).toBeLessThan(maxHeaderBytes);
    await browser.send(`${url}/login`);
    expect(await loginCookies()).toHaveLength(5);
  });
});

describe('a page of another origin that starts logins as parts of itself', () => {
  it.each([
    ['images', { 'sec-fetch-dest': 'image', 'sec-fetch-mode': 'no-cors' }],
    ['frames', { 'sec-fetch-dest': 'iframe', 'sec-fetch-mode': 'navigate' }],
    ['requests of a script', { 'sec-fetch-dest': 'empty', 'sec-fetch-mode': 'no-cors' }],
    ['stylesheets', { 'sec-fetch-dest': 'style', 'sec-fetch-mode': 'no-cors' }],
  ])('by %s gets none, from a sibling host or another site', async (_, headers) => {
    for (const site of ['same-site', 'cross-site']) {
      const answer = await browser.send(`${url}/login`, { headers: { ...headers, 'sec-fetch-site': site } });
      expect(answer.status).toBe(400);
      expect(answer.setCookies).toStrictEqual([]);
    }
  });

  it.each(['same-site', 'cross-site', 'same-origin', 'none'])(
    'does not stop a link (Sec-Fetch-Site: %s)',
    async (site) => {
      const headers = { 'sec-fetch-dest': 'document', 'sec-fetch-mode': 'navigate', 'sec-fetch-site': site };
      expect((await browser.send(`${url}/login`, { headers })).status).toBe(302);
    },
  );

  it('does not stop a service worker of ours, which fetches what people navigate to', async () => {
    const headers = { 'sec-fetch-dest': 'empty', 'sec-fetch-mode': 'same-origin', 'sec-fetch-site': 'same-origin' };
    expect((await browser.send(`${url}/login`, { headers })).status).toBe(302);
  });
});

describe.each([
  ['a sibling host', 'localhost'],
  ['another site', '127.0.0.1'],
])('a hostile page of %s, in Chromium', (_, host) => {
  it('fills nobody’s headers with 150 logins at once, and who visits it can sign in', async () => {
    const hostile = await listenOnLoopback(0);
    hostile.handle((_request, response) => {
      response.setHeader('content-type', 'text/html');
      response.end(`<!doctype html><title>hostile</title><body><script>
        const login = (kind, index) => '${url}/login?return_to=${longReturnTo.slice(0, 240)}' + kind + index;
        const done = [];
        for (let index = 0; index < 50; index++) {
          for (const kind of ['img', 'iframe']) {
            const element = document.createElement(kind);
            done.push(new Promise((resolve) => { element.onload = element.onerror = resolve; }));
            element.src = login(kind, index);
            document.body.append(element);
          }
          done.push(fetch(login('fetch', index), { mode: 'no-cors', credentials: 'include' }).catch(() => {}));
        }
        Promise.all(done).then(() => { document.title = 'done'; });
      </script>`);
    });
    try {
      const page = await chromium.newPage();
      await page.goto(`http://${host}:${hostile.port}/`);
      await page.waitForFunction(`document.title === 'done'`);
      expect(await page.context().cookies(url)).toStrictEqual([]);
      chromium.takeComplaints(page);
      await page.goto(`${url}/login?login_hint=alice@example.com`);
      await page.getByText('Signed in as').waitFor();
    } finally {
      await hostile.close();
    }
  });
});
