import { describe, expect, it } from 'vitest';
import { AuthError } from '../../functions/shared/domain/auth-error.ts';
import { requiredNativeParameters } from '../../functions/shared/domain/native-authorization.ts';
import { requestId } from '../support/api-gateway-event.ts';
import { startLoginEndpoint, transactionIn } from '../support/login-under-test.ts';
import { appChallenge, appThumbprint, nativeQuery, plainClient } from '../support/native-clients.ts';
import { ownOrigin } from '../support/open-redirect-corpus.ts';

const iss = encodeURIComponent(ownOrigin);
const failure = (error: string, state = '&state=app-state') =>
  `yourappscheme://login/success?ok=0&error=${error}${state}&iss=${iss}`;

describe('GET /login?origin=native that is right', () => {
  it('leads to AuthKit, with the app in the sealed cookie', async () => {
    const { ask, requests } = startLoginEndpoint();
    const { status, location, cookies } = await ask(`/login?${nativeQuery({ dpop_jkt: appThumbprint })}`);
    expect(status).toBe(302);
    expect(location).toMatch(/^https:\/\/api\.workos\.test\//);
    expect(transactionIn(cookies)).toMatchObject({
      provider: 'authkit',
      returnTo: undefined,
      native: {
        face: 'gatehouse',
        port: undefined,
        state: 'app-state',
        codeChallenge: appChallenge,
        dpopThumbprint: appThumbprint,
      },
    });
    // PKCE towards WorkOS is between us and WorkOS.
    expect(requests[0]?.codeChallenge).not.toBe(appChallenge);
    expect(requests[0]?.state).not.toBe('app-state');
  });

  it('takes what a web login takes', async () => {
    const { ask, requests } = startLoginEndpoint();
    const { cookies } = await ask(
      `/login?${nativeQuery({ provider: 'GoogleOAuth', organization_id: 'org_1', login_hint: 'alice@example.com' })}`,
    );
    expect(requests).toMatchObject([
      { provider: 'GoogleOAuth', organizationId: 'org_1', loginHint: 'alice@example.com' },
    ]);
    expect(transactionIn(cookies)).toMatchObject({ provider: 'GoogleOAuth' });
  });

  it('goes nowhere but to the app: return_to is nothing to it', async () => {
    const { cookies } = await startLoginEndpoint().ask(`/login?${nativeQuery({ return_to: '/dashboard' })}`);
    expect(transactionIn(cookies).returnTo).toBeUndefined();
  });

  it('logs that it has started, and nothing of the app’s secrets', async () => {
    const { log } = await startLoginEndpoint().ask(`/login?${nativeQuery()}`);
    expect(log.fieldsOf('login.started')).toStrictEqual([{ requestId, origin: 'native', provider: 'authkit' }]);
    expect(JSON.stringify(log.lines)).not.toMatch(new RegExp(`app-state|${appChallenge}`));
  });
});

describe('GET /login?origin=native that could lead to a stranger', () => {
  it.each([
    ['a client that nobody registered', { client_id: 'stranger' }, 'invalid_client'],
    ['a redirect that nobody registered', { redirect_uri: 'https://evil.example/' }, 'invalid_redirect_uri'],
    ["another client's redirect", { redirect_uri: 'yourappscheme://asking/success' }, 'invalid_redirect_uri'],
  ])('is a page for %s, and no redirect', async (_, changes, code) => {
    const { ask, requests } = startLoginEndpoint();
    const { status, body, location, cookies } = await ask(`/login?${nativeQuery(changes)}`);
    expect(status).toBe(400);
    expect(body).toContain(`<code>${code}</code>`);
    expect(body).not.toMatch(/stranger|evil|asking/);
    expect(location).toBeUndefined();
    expect(cookies).toStrictEqual([]);
    expect(requests).toStrictEqual([]);
  });
});

describe('GET /login?origin=native that names no app or no way back', () => {
  it('is a page that names everything that is missing, and where the guide is', async () => {
    const { ask, requests } = startLoginEndpoint();
    const { status, body, location, cookies } = await ask('/login?origin=native');
    expect(status).toBe(400);
    for (const name of requiredNativeParameters) expect(body).toContain(`<dt><code>${name}</code></dt>`);
    expect(body).toContain('docs/native-clients.md');
    expect(body).toContain('<code>invalid_request</code>');
    expect(body).toContain(`<code>${requestId}</code>`);
    expect({ location, cookies, requests }).toStrictEqual({ location: undefined, cookies: [], requests: [] });
  });

  it('is in Chinese where the browser prefers it', async () => {
    const headers = { 'accept-language': 'zh-CN' };
    const { body } = await startLoginEndpoint().ask('/login?origin=native', { headers });
    expect(body).toContain('缺失、为空或重复的参数：');
    for (const name of requiredNativeParameters) expect(body).toContain(`<dt><code>${name}</code></dt>`);
  });

  it('names what is given twice or empty, and says nothing of its values', async () => {
    const query = `${nativeQuery({ redirect_uri: undefined, state: '' })}&client_id=canary`;
    const { status, body, log } = await startLoginEndpoint().ask(`/login?${query}`);
    expect(status).toBe(400);
    const named = [...body.matchAll(/<dt><code>(\w+)<\/code><\/dt>/g)].map(([, name]) => name);
    expect(named).toStrictEqual(['client_id', 'redirect_uri', 'state']);
    expect(body + JSON.stringify(log.lines)).not.toMatch(/canary|gatehouse-native/);
    expect(log.lines[0]).toMatchObject({
      level: 'warn',
      event: 'request.failed',
      fields: { code: 'invalid_request' },
      cause: { message: 'parameters of an app that are missing: client_id, redirect_uri, state' },
    });
  });
});

describe('GET /login?origin=native that is the app’s mistake', () => {
  it.each([
    ['no challenge', { code_challenge: undefined }],
    ['plain', { code_challenge_method: 'plain' }],
    ['no method', { code_challenge_method: undefined }],
    ['a key that is none', { dpop_jkt: 'x' }],
    ['an unknown provider', { provider: 'EvilOAuth' }],
    ['a provider that the stage does not list', { provider: 'MicrosoftOAuth' }],
    ['a hint that is too long', { login_hint: 'a'.repeat(257) }],
    ['an empty organization', { organization_id: '' }],
  ])('is told to the app: %s', async (_, changes) => {
    const { ask, requests } = startLoginEndpoint();
    const { status, location, cookies, log } = await ask(`/login?${nativeQuery(changes)}`);
    expect({ status, location }).toStrictEqual({ status: 302, location: failure('invalid_request') });
    expect({ cookies, requests }).toStrictEqual({ cookies: [], requests: [] });
    expect(log.lines[0]).toMatchObject({ level: 'warn', event: 'login.failed', fields: { origin: 'native' } });
  });

  it.each([
    ['no state', { state: undefined }],
    ['a state of 129 bytes', { state: 'x'.repeat(129) }],
  ])('carries no state back when there is %s', async (_, changes) => {
    const { location } = await startLoginEndpoint().ask(`/login?${nativeQuery(changes)}`);
    expect(location).toBe(failure('invalid_request', ''));
  });

  it('carries no state back when there are two', async () => {
    const { location } = await startLoginEndpoint().ask(`/login?${nativeQuery()}&state=other`);
    expect(location).toBe(failure('invalid_request', ''));
  });

  it('is told on the port where the app listens', async () => {
    const redirect_uri = 'http://127.0.0.1:53682/callback';
    const { location } = await startLoginEndpoint().ask(`/login?${nativeQuery({ redirect_uri, state: undefined })}`);
    expect(location).toBe(`${redirect_uri}?ok=0&error=invalid_request&iss=${iss}`);
  });
});

describe('GET /login?origin=native when something behind it fails', () => {
  it('tells the app to come later', async () => {
    const away = new AuthError('temporarily_unavailable', 'no answer', { cause: new Error('timeout') });
    const { ask } = startLoginEndpoint({ passwords: () => Promise.reject(away) });
    const { location, cookies, log } = await ask(`/login?${nativeQuery()}`);
    expect(location).toBe(failure('temporarily_unavailable'));
    expect(cookies).toStrictEqual([]);
    expect(log.lines[0]).toMatchObject({ level: 'error', event: 'login.failed' });
  });
});

describe('GET /login?origin=native that nobody looks at', () => {
  it.each([
    ['a browser that fetches ahead', { 'sec-purpose': 'prefetch' }, 503],
    ['an image on another site', { 'sec-fetch-site': 'cross-site', 'sec-fetch-dest': 'image' }, 400],
  ])('starts nothing and leads nowhere for %s', async (_, headers, expected) => {
    const { ask, requests } = startLoginEndpoint();
    const { status, location, cookies } = await ask(`/login?${nativeQuery()}`, { headers });
    expect({ status, location, cookies }).toStrictEqual({ status: expected, location: undefined, cookies: [] });
    expect(requests).toStrictEqual([]);
  });

  it('shows an error page with `error`, whatever else there is', async () => {
    const { status, body } = await startLoginEndpoint().ask(`/login?${nativeQuery({ error: 'access_denied' })}`);
    expect(status).toBe(200);
    expect(body).toContain('<code>access_denied</code>');
    expect(body).not.toContain(plainClient.id);
  });
});
