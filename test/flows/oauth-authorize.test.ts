/** `GET /oauth/authorize` and the way back from it, as a browser goes it: RFC 6749 §4.1.1 and §4.1.2, RFC 9207. */
import { describe, expect, it } from 'vitest';
import { answerIn } from '../support/authorize-under-test.ts';
import { startGatehouse } from '../support/gatehouse.ts';
import { callsDuring } from '../support/outbound-calls.ts';
import { authorizationUrl, newCodeVerifier, type Parameters } from '../support/oauth-app.ts';
import { encode } from '../support/oauth-token-under-test.ts';
import { UserAgent } from '../support/user-agent.ts';

const gatehouse = await startGatehouse();
const { url: issuer } = gatehouse;
const redirectUri = 'http://127.0.0.1:53682/callback';
const state = 'app-state';

const requestOf = (parameters: Parameters = {}) =>
  authorizationUrl(issuer, newCodeVerifier(), { redirect_uri: redirectUri, state, ...parameters });

/** To the app, through AuthKit, as Alice unless told otherwise. */
async function signIn(parameters: Parameters = {}, browser = new UserAgent()) {
  const atWorkos = await browser.send(requestOf({ login_hint: 'alice@example.com', ...parameters }));
  const atCallback = await browser.send(atWorkos.location ?? '');
  return browser.send(atCallback.location ?? '');
}

describe('an app that speaks OAuth', () => {
  it('gets a code, its state and the issuer, and the browser no session', async () => {
    const browser = new UserAgent();
    const { status, location } = await signIn({}, browser);
    expect(status).toBe(302);
    expect(answerIn(location)).toStrictEqual({
      to: redirectUri,
      says: { code: expect.stringMatching(/^[\w-]{43}$/), state, iss: issuer },
    });
    expect(Object.keys(await browser.cookies(issuer))).toStrictEqual([]);
  });

  it('gets another code each time', async () => {
    const codes = await Promise.all([signIn(), signIn()]);
    expect(new Set(codes.map(({ location }) => answerIn(location).says['code'])).size).toBe(2);
  });

  it('hears that its user cancelled', async () => {
    const browser = new UserAgent();
    const atWorkos = await browser.send(requestOf());
    const chooser = await browser.send(atWorkos.location ?? '');
    const back = await browser.submit(chooser.url, { cancel: '1' });
    const { location } = await browser.send(back.location ?? '');
    expect(answerIn(location)).toStrictEqual({ to: redirectUri, says: { error: 'access_denied', state, iss: issuer } });
  });

  it.each([
    ['the implicit flow', { response_type: 'token' }, 'unsupported_response_type'],
    ['no challenge', { code_challenge: undefined }, 'invalid_request'],
    ['a plain challenge', { code_challenge_method: 'plain' }, 'invalid_request'],
  ])('hears what is wrong with its request: %s', async (_, parameters, error) => {
    const { location } = await new UserAgent().send(requestOf(parameters));
    expect(answerIn(location)).toMatchObject({ to: redirectUri, says: { error, state, iss: issuer } });
  });

  it('asks nobody for what it starts', async () => {
    await signIn();
    expect(await callsDuring(gatehouse, () => new UserAgent().send(requestOf()))).toStrictEqual({});
  });
});

describe('a client that asks first', () => {
  const asking = { client_id: 'gatehouse-asking', redirect_uri: 'yourappscheme://asking/success' };

  it.each([
    ['continue', { code: expect.stringMatching(/^[\w-]{43}$/) }],
    ['cancel', { error: 'access_denied' }],
  ])('gets its answer in OAuth’s words after %s', async (decision, says) => {
    const browser = new UserAgent();
    const page = await signIn(asking, browser);
    expect({ status: page.status, location: page.location }).toStrictEqual({ status: 200, location: undefined });
    const field = (name: string) => new RegExp(`name="${name}" value="([^"]*)"`).exec(page.body)?.[1] ?? '';
    const { location } = await browser.send(`${issuer}/login/confirm`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded', origin: issuer },
      body: encode({ flow: field('flow'), confirmation: field('confirmation'), decision }),
    });
    expect(answerIn(location)).toStrictEqual({ to: asking.redirect_uri, says: { ...says, state, iss: issuer } });
  });
});

describe('a request that names no registered client and redirect', () => {
  it.each([
    ['an unknown client', { client_id: 'nobody' }, 'invalid_client'],
    ['an unknown redirect', { redirect_uri: 'https://evil.example/' }, 'invalid_redirect_uri'],
    ['neither', { client_id: undefined, redirect_uri: undefined }, 'invalid_request'],
  ])('is a page: %s', async (_, parameters, code) => {
    const { status, location, body, setCookies } = await new UserAgent().send(requestOf(parameters));
    expect({ status, location, setCookies }).toStrictEqual({ status: 400, location: undefined, setCookies: [] });
    expect(body).toContain(`<code>${code}</code>`);
  });
});

describe('other methods and sizes', () => {
  it('are malformed requests, as below /oauth/ everything is', async () => {
    const browser = new UserAgent();
    const { status, body } = await browser.send(requestOf(), { method: 'POST' });
    expect({ status, ...(JSON.parse(body) as object) }).toMatchObject({ status: 400, error: 'invalid_request' });
    const large = await browser.send(`${issuer}/oauth/authorize`, { method: 'PUT', body: 'x'.repeat(17_000) });
    expect(large.status).toBe(400);
  });

  it('are answered by HEAD and OPTIONS without a login', async () => {
    const browser = new UserAgent();
    const head = await browser.send(requestOf(), { method: 'HEAD' });
    const options = await browser.send(requestOf(), { method: 'OPTIONS' });
    expect([head.status, options.status]).toStrictEqual([200, 204]);
    expect([...head.setCookies, ...options.setCookies]).toStrictEqual([]);
  });
});
