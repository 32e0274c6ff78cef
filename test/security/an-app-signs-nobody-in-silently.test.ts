/** Threat 16, RFC 8252 §8.6: an app may claim another's scheme and open the browser, in which AuthKit knows the person already. */
import { describe, expect, it } from 'vitest';
import { checkSettings, settingsFor } from '../../lib/stages.ts';
import { startGatehouse } from '../support/gatehouse.ts';
import { startNativeApp } from '../support/native-app.ts';
import { UserAgent } from '../support/user-agent.ts';

const gatehouse = await startGatehouse();
const { url, aws } = gatehouse;
const asking = { client_id: 'gatehouse-asking', redirect_uri: 'yourappscheme://asking/success' };

/** Alice's browser, which is signed in on the web and at AuthKit. */
async function rememberedBrowser(): Promise<UserAgent> {
  const browser = new UserAgent();
  await browser.signIn(url);
  return browser;
}

const signInsOfApps = () => aws.events.filter(({ detail }) => detail['origin'] === 'native').length;

describe('an app that opens a login unasked', () => {
  it('comes as far as a question, though AuthKit asks nothing', async () => {
    const browser = await rememberedBrowser();
    const answer = await browser.visit(startNativeApp(url, asking).loginUrl);
    expect(answer.status).toBe(200);
    expect(answer.url).toMatch(`${url}/callback?`);
    expect(answer.body).toContain('alice@example.com');
    expect(answer.body).not.toMatch(/yourappscheme:\/\//);
    expect(answer.body).not.toContain('<script');
    expect(answer.headers.get('refresh')).toBeNull();
    expect(signInsOfApps()).toBe(0);
  });

  it('cannot have the answer given by a page of its own, a link or an image', async () => {
    const browser = await rememberedBrowser();
    const { body } = await browser.visit(startNativeApp(url, asking).loginUrl);
    const field = (name: string) => new RegExp(`name="${name}" value="([^"]+)"`).exec(body)?.[1] ?? '';
    const form = new URLSearchParams({
      flow: field('flow'),
      confirmation: field('confirmation'),
      decision: 'continue',
    }).toString();
    const type = { 'content-type': 'application/x-www-form-urlencoded' };
    const foreign: Readonly<Record<string, string>>[] = [
      { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' },
      { origin: 'null', 'sec-fetch-site': 'cross-site' },
      { origin: 'http://localhost:5173', 'sec-fetch-site': 'same-site' },
      {},
    ];
    for (const headers of foreign) {
      const answer = await browser.send(`${url}/login/confirm`, {
        method: 'POST',
        headers: { ...type, ...headers },
        body: form,
      });
      expect(answer).toMatchObject({ status: 403, location: undefined });
    }
    expect((await browser.send(`${url}/login/confirm?${form}`)).status).toBe(405);
    expect(signInsOfApps()).toBe(0);
  });

  it('cannot answer itself: what the page holds opens in that browser alone', async () => {
    const { body } = await (await rememberedBrowser()).visit(startNativeApp(url, asking).loginUrl);
    const field = (name: string) => new RegExp(`name="${name}" value="([^"]+)"`).exec(body)?.[1] ?? '';
    const form = { flow: field('flow'), confirmation: field('confirmation'), decision: 'continue' };
    // It has started a login of its own, and knows the cookie of that one.
    const own = new UserAgent();
    await own.visit(startNativeApp(url, asking).loginUrl);
    for (const thief of [new UserAgent(), own]) {
      const answer = await thief.send(`${url}/login/confirm`, {
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded', origin: url, 'sec-fetch-site': 'same-origin' },
        body: new URLSearchParams(form).toString(),
      });
      expect(answer).toMatchObject({ status: 400, location: undefined });
    }
    expect(signInsOfApps()).toBe(0);
  });
});

describe('a client whose settings say nothing of it', () => {
  const confirmOf = (redirectUris: readonly string[]) => {
    const { stage: _, ...settings } = settingsFor('dev');
    const clients = [{ id: 'app', name: 'App', redirectUris }];
    return checkSettings('dev', { ...settings, native: { ...settings.native, clients } }).native.clients[0]?.confirm;
  };

  it('has to ask, unless no other app can take its link', () => {
    expect(confirmOf(['yourappscheme://login/success'])).toBe('page');
    expect(confirmOf(['http://127.0.0.1/callback'])).toBe('page');
    expect(confirmOf(['https://app.example.com/login/success'])).toBe('none');
    expect(confirmOf(['https://app.example.com/login/success', 'yourappscheme://login/success'])).toBe('page');
  });
});
