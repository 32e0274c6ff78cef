/** Threat 3: custom schemes, loopback and claimed links that look like a registered redirect (better-auth #9645, supabase #2423). */
import { describe, expect, it } from 'vitest';
import { startGatehouse } from '../support/gatehouse.ts';
import { startNativeApp } from '../support/native-app.ts';
import { foreignRedirects } from '../support/redirect-corpus.ts';
import { UserAgent } from '../support/user-agent.ts';

const { url } = await startGatehouse();
const browser = new UserAgent();

/** Right in every other part, and wrong in every other part: neither makes a redirect of it. */
const around = [{}, { code_challenge: undefined, state: undefined, provider: 'EvilOAuth' }];

describe('a redirect that is not registered', () => {
  it.each(Object.entries(foreignRedirects))('is never followed: %s', async (_, redirects) => {
    for (const redirect_uri of redirects) {
      for (const parameters of around) {
        const answer = await browser.send(startNativeApp(url, { ...parameters, redirect_uri }).loginUrl);
        expect({ redirect_uri, status: answer.status }).toStrictEqual({ redirect_uri, status: 400 });
        expect(answer.location).toBeUndefined();
        expect(answer.setCookies).toStrictEqual([]);
        expect(answer.body).toContain('<code>invalid_redirect_uri</code>');
      }
    }
  });

  it('is not followed when a registered one stands beside it', async () => {
    for (const redirect of ['yourappscheme://login/success', 'https://evil.example/']) {
      const { loginUrl } = startNativeApp(url);
      const answer = await browser.send(`${loginUrl}&redirect_uri=${encodeURIComponent(redirect)}`);
      expect(answer.status).toBe(400);
      expect(answer.location).toBeUndefined();
    }
  });

  it("is not followed for being another client's", async () => {
    const { loginUrl } = startNativeApp(url, { redirect_uri: 'yourappscheme://asking/success' });
    expect(await browser.send(loginUrl)).toMatchObject({ status: 400, location: undefined });
  });
});

describe('an app that nobody registered', () => {
  it.each(['stranger', 'GATEHOUSE-NATIVE', 'gatehouse-native%00', ' gatehouse-native', '__proto__', 'constructor'])(
    'is led nowhere: %j',
    async (client_id) => {
      const answer = await browser.send(startNativeApp(url, { client_id }).loginUrl);
      expect(answer).toMatchObject({ status: 400, location: undefined, setCookies: [] });
      expect(answer.body).toContain('<code>invalid_client</code>');
    },
  );
});

describe('the way back', () => {
  it('is the registered one, whatever the callback says', async () => {
    const app = startNativeApp(url);
    const agent = new UserAgent();
    const atWorkos = await agent.send(app.loginUrl);
    const callback = (await agent.send(atWorkos.location ?? '')).location ?? '';
    const evil = encodeURIComponent('https://evil.example/');
    const { location } = await agent.send(`${callback}&redirect_uri=${evil}&return_to=${evil}&client_id=stranger`);
    expect(location).toMatch(/^yourappscheme:\/\/login\/success\?ok=1&/);
  });
});
