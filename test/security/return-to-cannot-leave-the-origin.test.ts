/** Threat 1: open redirects through `return_to` (oauth2-proxy's corpus; better-auth's and Auth.js's redirect advisories). */
import { describe, expect, it } from 'vitest';
import { startGatehouse } from '../support/gatehouse.ts';
import { ambiguousQueries, harmlessReturnTos, openRedirects } from '../support/open-redirect-corpus.ts';
import { UserAgent } from '../support/user-agent.ts';

const { url } = await startGatehouse();

/** Where a login ends that began with this query: the answer of `/callback`. */
async function endOfLogin(query: string): Promise<string | undefined> {
  const browser = new UserAgent();
  const atWorkos = await browser.send(`${url}/login?login_hint=alice@example.com&${query}`);
  const callback = await browser.send(atWorkos.location ?? '');
  return (await browser.send(callback.location ?? '')).location;
}

async function tryAgainHref(query: string): Promise<string | undefined> {
  const { body } = await new UserAgent().send(`${url}/login?error=access_denied&${query}`);
  return /<a class="button" href="([^"]+)">/.exec(body)?.[1];
}

describe.each(Object.entries(openRedirects))('%s', (_, values) => {
  // A login is four requests, and the page below asks the same of every value in one.
  it('is not where a login ends', async () => {
    for (const value of values.slice(0, 6)) {
      expect([value, await endOfLogin(`return_to=${value}`)]).toStrictEqual([value, `${url}/`]);
    }
  });

  it('is not what the error page offers', async () => {
    for (const value of values)
      expect([value, await tryAgainHref(`return_to=${value}`)]).toStrictEqual([value, '/login']);
  });

  it('is not what a failed login passes on', async () => {
    const [value = ''] = values;
    const browser = new UserAgent();
    await browser.send(`${url}/login?return_to=${value}`);
    const { location } = await browser.send(`${url}/callback?error=access_denied&return_to=${value}`);
    expect(location).toBe(`${url}/login?error=access_denied`);
  });
});

describe('return_to that cannot be told for sure', () => {
  it.each(ambiguousQueries)('counts for nothing: %s', async (query) => {
    expect(await endOfLogin(query)).toBe(`${url}/`);
    expect(await tryAgainHref(query)).toBe('/login');
  });
});

describe('a path that only looks dangerous', () => {
  it.each(harmlessReturnTos.filter((value) => value.startsWith('/')))('is where the login ends: %s', async (value) => {
    const end = await endOfLogin(`return_to=${value}`);
    expect(end).toBe(new URL(decodeURIComponent(value), url).href);
    expect(new URL(end ?? '').origin).toBe(url);
  });
});

describe('an origin that the stage does not list', () => {
  it.each(harmlessReturnTos.filter((value) => !value.startsWith('/')))('is refused: %s', async (value) => {
    expect(await endOfLogin(`return_to=${value}`)).toBe(`${url}/`);
  });
});

describe('a return path', () => {
  it('cannot be changed on the way: it is sealed in the browser', async () => {
    const browser = new UserAgent();
    const callback = await browser.signInUpToCallback(url, { return_to: '/dashboard' });
    const answer = await browser.send(`${callback}&return_to=//evil.example&redirect=//evil.example`);
    expect(answer.location).toBe(`${url}/dashboard`);
  });
});
