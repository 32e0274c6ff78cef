/** Threat 6 for apps: no mix-up (RFC 9207), no code of another client or redirect, nothing that one login leaves to the next. */
import { describe, expect, it } from 'vitest';
import { startGatehouse } from '../support/gatehouse.ts';
import { authorizationUrl, authorize, exchangeCode, newCodeVerifier, redirectUri } from '../support/oauth-app.ts';
import { UserAgent } from '../support/user-agent.ts';

const { url } = await startGatehouse();

describe('every redirect to an app', () => {
  it('says who answers, when it worked', async () => {
    const { redirect } = await authorize(url);
    expect(redirect.searchParams.get('iss')).toBe(url);
  });

  it.each([
    ['the request was wrong', { code_challenge_method: 'plain' }],
    ['the response type is not offered', { response_type: 'token' }],
  ])('says who answers, when %s', async (_, parameters) => {
    const answer = await new UserAgent().send(authorizationUrl(url, newCodeVerifier(), parameters));
    const redirect = new URL(answer.location ?? '');
    expect(redirect.href.startsWith(redirectUri)).toBe(true);
    expect(redirect.searchParams.get('error')).not.toBeNull();
    expect(redirect.searchParams.get('iss')).toBe(url);
  });

  it('says who answers, when the user cancels', async () => {
    const browser = new UserAgent();
    const atWorkos = await browser.send(authorizationUrl(url, newCodeVerifier()));
    const { origin, searchParams } = new URL(atWorkos.location ?? '');
    const callback = new URL(searchParams.get('redirect_uri') ?? '');
    expect(origin).not.toBe(url);
    callback.search = new URLSearchParams({
      error: 'access_denied',
      state: searchParams.get('state') ?? '',
    }).toString();
    const redirect = new URL((await browser.send(callback.href)).location ?? '');
    expect(Object.fromEntries(redirect.searchParams)).toMatchObject({ error: 'access_denied', iss: url });
  });
});

describe('a code', () => {
  it.each([
    ['another client', { client_id: 'gatehouse-asking' }],
    ['another redirect', { redirect_uri: 'http://127.0.0.1/callback' }],
    ['another verifier', { code_verifier: newCodeVerifier() }],
  ])('is worth nothing to %s, and nothing to anyone afterwards', async (_, wrong) => {
    const authorization = await authorize(url);
    const refused = { status: 400, body: { error: 'invalid_grant' } };
    expect(await exchangeCode(url, authorization, {}, wrong)).toMatchObject(refused);
    expect(await exchangeCode(url, authorization)).toMatchObject(refused);
  });

  it('buys one session, of fifty that ask at once', async () => {
    const authorization = await authorize(url);
    const answers = await Promise.all(Array.from({ length: 50 }, () => exchangeCode(url, authorization)));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(answers.filter(({ body }) => body['error'] === 'invalid_grant')).toHaveLength(49);
  });
});

describe('logins of two apps in one browser', () => {
  it('end each with its own state and its own code, whichever ends first', async () => {
    const browser = new UserAgent();
    const [first, second] = await Promise.all(['first', 'second'].map((state) => authorize(url, { state }, browser)));
    expect(first?.redirect.searchParams.get('state')).toBe('first');
    expect(second?.redirect.searchParams.get('state')).toBe('second');
    expect(first?.code).not.toBe(second?.code);
  });

  it('leave no cookie of a login, and no session of the web', async () => {
    const browser = new UserAgent();
    await authorize(url, {}, browser);
    expect(await browser.cookies(url)).toEqual({});
  });
});
