/** RFC 6749 §4.1.1 and §4.1.2.1, RFC 7636 §4.4.1, RFC 9207 §2, RFC 9101 §5. */
import { describe, expect, it } from 'vitest';
import { AuthError } from '../../functions/shared/domain/auth-error.ts';
import { answerIn, goodRequest, oauthRedirect, requestLine, startAuthorize } from '../support/authorize-under-test.ts';
import { transactionIn } from '../support/login-under-test.ts';
import { appChallenge, appThumbprint } from '../support/native-clients.ts';
import { ownOrigin } from '../support/open-redirect-corpus.ts';

/** Every failure has them (RFC 9207 §2). */
const always = { state: 'app-state', iss: ownOrigin };

describe('GET /oauth/authorize', () => {
  it('sends the browser to WorkOS, and keeps what the app asked for in the flow’s cookie', async () => {
    const { ask, requests } = startAuthorize();
    const { status, location, cookies } = await ask(requestLine({ dpop_jkt: appThumbprint }));
    expect(status).toBe(302);
    expect(location).toBe(`https://api.workos.test/authorize?state=${requests[0]?.state}`);
    expect(transactionIn(cookies)).toMatchObject({
      provider: 'authkit',
      returnTo: undefined,
      native: {
        face: 'oauth',
        port: 53_682,
        state: 'app-state',
        codeChallenge: appChallenge,
        dpopThumbprint: appThumbprint,
      },
    });
  });

  it('hands on what WorkOS is to be asked, in the words of /login', async () => {
    const { ask, requests } = startAuthorize();
    await ask(requestLine({ login_hint: 'alice@example.com', organization_id: 'org_1', screen_hint: 'sign-up' }));
    await ask(requestLine({ provider: 'GoogleOAuth' }));
    expect(requests).toMatchObject([
      { provider: 'authkit', loginHint: 'alice@example.com', organizationId: 'org_1', screenHint: 'sign-up' },
      { provider: 'GoogleOAuth' },
    ]);
  });

  it('asks WorkOS with a state and a challenge of its own', async () => {
    const { ask, requests } = startAuthorize();
    await ask(requestLine());
    expect(requests[0]?.state).not.toContain('app-state');
    expect(requests[0]?.codeChallenge).not.toBe(appChallenge);
  });

  it('needs no state of the app’s, which PKCE makes dispensable', async () => {
    const { ask } = startAuthorize();
    for (const line of [requestLine({ state: undefined }), requestLine({ state: '' })]) {
      const { location, cookies } = await ask(line);
      expect(location).toMatch(/^https:\/\/api\.workos\.test\//);
      expect(transactionIn(cookies).native).toMatchObject({ state: undefined });
    }
  });

  it.each([
    'scope=openid%20email',
    'prompt=none',
    'nonce=n',
    'resource=a&resource=b',
    'max_age=0',
    'origin=web&origin=x',
  ])('ignores %s', async (more) => {
    const { location } = await startAuthorize().ask(`${requestLine()}&${more}`);
    expect(location).toMatch(/^https:\/\/api\.workos\.test\//);
  });

  it('takes a parameter without a value for one that is not there', async () => {
    const { location } = await startAuthorize().ask(`${requestLine()}&login_hint=&dpop_jkt=&request=&response_mode=`);
    expect(location).toMatch(/^https:\/\/api\.workos\.test\//);
  });

  it('is no part of a page, and nothing for a prefetch', async () => {
    const { ask } = startAuthorize();
    const image = await ask(requestLine(), { headers: { 'sec-fetch-site': 'cross-site', 'sec-fetch-dest': 'image' } });
    const prefetch = await ask(requestLine(), { headers: { 'sec-purpose': 'prefetch' } });
    expect([image.status, prefetch.status]).toStrictEqual([400, 503]);
    expect([...image.cookies, ...prefetch.cookies]).toStrictEqual([]);
  });
});

describe('what is wrong with a request', () => {
  it.each([
    ['no response_type', { response_type: undefined }, 'invalid_request', 'response_type'],
    ['the implicit flow', { response_type: 'token' }, 'unsupported_response_type', 'response_type'],
    ['the hybrid flow', { response_type: 'code id_token' }, 'unsupported_response_type', 'response_type'],
    ['an answer by form', { response_mode: 'form_post' }, 'invalid_request', 'response_mode'],
    ['an answer in the fragment', { response_mode: 'fragment' }, 'invalid_request', 'response_mode'],
    ['a request object', { request: 'e30.e30.' }, 'request_not_supported', 'request'],
    ['a reference to one', { request_uri: 'urn:x' }, 'request_uri_not_supported', 'request_uri'],
    ['no challenge', { code_challenge: undefined }, 'invalid_request', 'code_challenge'],
    ['a plain challenge', { code_challenge_method: 'plain' }, 'invalid_request', 'code_challenge_method'],
    ['a challenge without a method', { code_challenge_method: undefined }, 'invalid_request', 'code_challenge_method'],
    ['a malformed thumbprint', { dpop_jkt: 'x' }, 'invalid_request', 'dpop_jkt'],
    ['a provider of nobody’s', { provider: 'NoOAuth' }, 'invalid_request', 'provider'],
    ['a provider that is not listed', { provider: 'SlackOAuth' }, 'invalid_request', 'provider'],
    ['a hint that is too long', { login_hint: 'x'.repeat(257) }, 'invalid_request', 'login_hint'],
  ] as const)('is told to the app: %s', async (_, changes, error, parameter) => {
    const { status, location, cookies } = await startAuthorize().ask(requestLine(changes));
    expect(status).toBe(302);
    expect(answerIn(location)).toStrictEqual({
      to: oauthRedirect,
      says: { error, error_description: `Missing or wrong: ${parameter}`, ...always },
    });
    expect(cookies).toStrictEqual([]);
  });

  it.each([
    ...Object.keys(goodRequest).filter((name) => !/^(?:client_id|redirect_uri|state)$/.test(name)),
    'scope',
    'login_hint',
  ])('is told to the app: %s more than once, with the same value too', async (name) => {
    const twice = new URLSearchParams([...Object.entries(goodRequest), [name, 'x'], [name, 'x']]);
    const { location } = await startAuthorize().ask(`/oauth/authorize?${twice}`);
    expect(answerIn(location)).toMatchObject({ to: oauthRedirect, says: { error: 'invalid_request', ...always } });
  });

  it.each([
    ['too long', requestLine({ state: 'x'.repeat(129) })],
    ['given twice', `${requestLine()}&state=app-state`],
    ['no text', requestLine({ state: 'a\u0000b' })],
  ])('does not come back as a state that is %s', async (_, line) => {
    const { location } = await startAuthorize().ask(line);
    const { says } = answerIn(location);
    expect(says).toMatchObject({ error: 'invalid_request', iss: ownOrigin });
    expect(says).not.toHaveProperty('state');
  });

  it('is told to the app also when it is WorkOS that cannot be asked', async () => {
    const away = new AuthError('temporarily_unavailable', 'no secret', { cause: new Error('timeout') });
    const { ask } = startAuthorize({ authorizationUrl: () => Promise.reject(away) });
    const { status, location, cookies, log } = await ask(requestLine());
    expect(status).toBe(302);
    expect(answerIn(location).says).toStrictEqual({ error: 'temporarily_unavailable', ...always });
    expect(cookies).toStrictEqual([]);
    expect(log.lines).toContainEqual(expect.objectContaining({ level: 'error', event: 'login.failed' }));
  });

  it('repeats nothing of the request but its state', async () => {
    const { location } = await startAuthorize().ask(requestLine({ response_type: 'canary', login_hint: 'canary' }));
    expect(location).not.toContain('canary');
  });
});

describe('a client or redirect that is not registered', () => {
  it.each([
    ['unknown client', { client_id: 'nobody' }, 'invalid_client'],
    ['unknown redirect', { redirect_uri: 'https://evil.example/' }, 'invalid_redirect_uri'],
    ['no client', { client_id: undefined }, 'invalid_request'],
    ['no redirect', { redirect_uri: undefined }, 'invalid_request'],
    [
      'neither, and much else wrong',
      { client_id: undefined, redirect_uri: undefined, response_type: 'token' },
      'invalid_request',
    ],
  ] as const)('is a page and never a redirect: %s', async (_, changes, code) => {
    const { status, location, body, cookies } = await startAuthorize().ask(requestLine(changes));
    expect({ status, location, cookies }).toStrictEqual({ status: 400, location: undefined, cookies: [] });
    expect(body).toContain(`<code>${code}</code>`);
    expect(body).not.toContain('evil.example');
  });

  it.each(['client_id', 'redirect_uri'] as const)('is a page when %s is there twice', async (name) => {
    const { status, location } = await startAuthorize().ask(
      `${requestLine()}&${new URLSearchParams({ [name]: goodRequest[name] })}`,
    );
    expect({ status, location }).toStrictEqual({ status: 400, location: undefined });
  });

  it('names to a developer what is missing, and not the state that may be', async () => {
    const { body } = await startAuthorize().ask('/oauth/authorize');
    for (const name of ['client_id', 'redirect_uri', 'code_challenge', 'code_challenge_method'])
      expect(body).toContain(`<code>${name}</code>`);
    expect(body).not.toContain('<code>state</code>');
  });
});
