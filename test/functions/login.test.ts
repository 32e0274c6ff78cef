import { describe, expect, it } from 'vitest';
import { login } from '../../functions/login/login.ts';
import { AuthError, loginErrorCodes } from '../../functions/shared/domain/auth-error.ts';
import type { AuthorizationRequest } from '../../functions/shared/domain/authorization-request.ts';
import { openLogin, readState } from '../../functions/shared/domain/login-transaction.ts';
import { requestId } from '../support/api-gateway-event.ts';
import { askEndpoint } from '../support/ask-endpoint.ts';
import { keepCookies } from '../support/cookie-jar.ts';
import { passwords } from '../support/cookie-passwords.ts';
import { holdClock } from '../support/held-clock.ts';
import { harmlessReturnTos, listedOrigin, openRedirects, ownOrigin } from '../support/open-redirect-corpus.ts';

const clock = holdClock();
const settings = {
  stage: 'prod',
  publicUrl: ownOrigin,
  webOrigins: [listedOrigin],
  providers: ['GoogleOAuth', 'GitHubOAuth'],
};

function start(more: Partial<Parameters<typeof login>[0]> = {}) {
  const requests: AuthorizationRequest[] = [];
  const endpoint = login({
    passwords: () => Promise.resolve(passwords),
    authorizationUrl: (request) => {
      requests.push(request);
      return Promise.resolve(`https://api.workos.test/authorize?state=${request.state}`);
    },
    clock,
    settings,
    ...more,
  });
  const ask = (target: string, options: Parameters<typeof askEndpoint>[2] = {}) =>
    askEndpoint(endpoint, target, options);
  return { ask, requests };
}

/** The transaction in the last cookie that an answer sets. */
function transactionIn(cookies: readonly string[]) {
  const [pair = ''] = cookies.at(-1)?.split('; ') ?? [];
  const [name = '', value = ''] = pair.split('=');
  return { name, ...openLogin({ name, value }, passwords, 'prod') };
}

describe('GET /login', () => {
  it('sends the browser to AuthKit with a state and an S256 challenge of its own', async () => {
    const { ask, requests } = start();
    const { status, location, headers, body } = await ask('/login');
    const [request] = requests;
    expect(status).toBe(302);
    expect(location).toBe(`https://api.workos.test/authorize?state=${request?.state}`);
    expect(headers).toMatchObject({ 'cache-control': 'private, no-store' });
    expect(body).toBe('');
    expect(request).toStrictEqual({
      state: expect.stringMatching(/^[\w-]{39}$/),
      codeChallenge: expect.stringMatching(/^[\w-]{43}$/),
      provider: 'authkit',
      connectionId: undefined,
      organizationId: undefined,
      loginHint: undefined,
      domainHint: undefined,
      screenHint: undefined,
      invitationToken: undefined,
    });
  });

  it('keeps the transaction in one cookie, for ten minutes, for this host alone', async () => {
    const { ask, requests } = start();
    const { cookies } = await ask('/login?return_to=/dashboard');
    expect(cookies).toStrictEqual([
      expect.stringMatching(/^__Host-gh-login-[\w-]{12}=[\w-]+; Max-Age=600; Path=\/; HttpOnly; Secure; SameSite=Lax$/),
    ]);
    const { name, ...transaction } = transactionIn(cookies);
    expect(transaction).toMatchObject({ issuedAt: clock(), provider: 'authkit', returnTo: '/dashboard' });
    expect(readState(requests[0]?.state ?? '', passwords, 'prod')?.cookieName).toBe(name);
  });

  it('starts every flow anew', async () => {
    const { ask, requests } = start();
    await ask('/login');
    await ask('/login');
    expect(requests[0]?.state).not.toBe(requests[1]?.state);
    expect(requests[0]?.codeChallenge).not.toBe(requests[1]?.codeChallenge);
  });

  it('logs that a login has started: origin and provider, no hint and no state', async () => {
    const { ask } = start();
    const { log } = await ask('/login?provider=GoogleOAuth&login_hint=alice@example.com');
    expect(log.fieldsOf('login.started')).toStrictEqual([{ requestId, origin: 'web', provider: 'GoogleOAuth' }]);
  });
});

describe('the parameters of GET /login', () => {
  it('reach AuthKit', async () => {
    const { ask, requests } = start();
    await ask(
      '/login?origin=web&provider=authkit&organization_id=org_1&login_hint=alice%40example.com' +
        '&domain_hint=example.com&screen_hint=sign-up&invitation_token=inv_1',
    );
    expect(requests).toMatchObject([
      {
        provider: 'authkit',
        organizationId: 'org_1',
        loginHint: 'alice@example.com',
        domainHint: 'example.com',
        screenHint: 'sign-up',
        invitationToken: 'inv_1',
      },
    ]);
  });

  it('may name a provider that the stage lists', async () => {
    const { ask, requests } = start();
    const { cookies } = await ask('/login?provider=GitHubOAuth');
    expect(requests).toMatchObject([{ provider: 'GitHubOAuth' }]);
    expect(transactionIn(cookies)).toMatchObject({ provider: 'GitHubOAuth' });
  });

  it('may name a connection, which takes the place of a provider', async () => {
    const { ask, requests } = start();
    const { cookies } = await ask('/login?connection_id=conn_1&provider=GoogleOAuth');
    expect(requests).toMatchObject([{ provider: 'connection', connectionId: 'conn_1' }]);
    expect(transactionIn(cookies)).toMatchObject({ provider: 'connection' });
  });

  it('show a sign-up screen only at AuthKit, which alone has one', async () => {
    const { ask, requests } = start();
    await ask('/login?provider=GoogleOAuth&screen_hint=sign-up');
    expect(requests).toMatchObject([{ provider: 'GoogleOAuth', screenHint: undefined }]);
  });

  it('may be others, which are nothing to us', async () => {
    const { ask, requests } = start();
    await ask('/login?redirect_uri=https://evil.example/&state=mine&code_challenge=mine&prompt=none');
    expect(JSON.stringify(requests)).not.toMatch(/evil|mine|none/);
  });

  it.each([
    ['provider=MicrosoftOAuth', 'a provider that the stage does not list'],
    ['provider=evil', 'a provider that nobody knows'],
    ['provider=', 'an empty provider'],
    ['provider=authkit&provider=authkit', 'a provider given twice'],
    ['origin=desktop', 'an unknown origin'],
    ['origin=native', 'an origin that this endpoint does not serve yet'],
    ['screen_hint=sign-off', 'an unknown screen'],
    ['organization_id=', 'an empty organization'],
    ['organization_id=org_1&organization_id=org_2', 'two organizations'],
    ['connection_id=', 'an empty connection'],
    [`login_hint=${'a'.repeat(257)}`, 'a hint of more than 256 characters'],
    [`domain_hint=${'a'.repeat(257)}`, 'a domain of more than 256 characters'],
    [`invitation_token=${'a'.repeat(257)}`, 'an invitation of more than 256 characters'],
  ])('are refused with 400 when there is %s: %s', async (query) => {
    const { ask, requests } = start();
    const { status, body, cookies, location } = await ask(`/login?${query}`);
    expect(status).toBe(400);
    expect(body).toContain('<code>invalid_request</code>');
    expect(cookies).toStrictEqual([]);
    expect(location).toBeUndefined();
    expect(requests).toStrictEqual([]);
  });

  it('are named in the log when they are wrong, without their values', async () => {
    const { log } = await start().ask('/login?login_hint=&screen_hint=secret');
    expect(log.lines[0]).toMatchObject({
      level: 'warn',
      cause: { message: 'parameters of /login: login_hint, screen_hint' },
    });
  });
});

describe('return_to at GET /login', () => {
  const returnToOf = async (query: string) => transactionIn((await start().ask(`/login?${query}`)).cookies).returnTo;

  it.each(harmlessReturnTos)('is kept: %s', async (value) => {
    expect(await returnToOf(`return_to=${value}`)).toBe(new URLSearchParams(`return_to=${value}`).get('return_to'));
  });

  it.each(Object.entries(openRedirects))('is ignored, and the login goes on, for %s', async (_, values) => {
    const kept = await Promise.all(values.map((value) => returnToOf(`return_to=${value}`)));
    expect(kept).toStrictEqual(values.map(() => undefined));
  });

  it('is ignored when it is given twice', async () => {
    expect(await returnToOf('return_to=/a&return_to=/b')).toBeUndefined();
  });
});

describe('GET /login?error=', () => {
  it.each(loginErrorCodes)('shows a page for %s, and leads nowhere by itself', async (code) => {
    const { ask, requests } = start();
    const { status, headers, body, cookies } = await ask(`/login?error=${code}`);
    expect(status).toBe(200);
    expect(body).toContain(`<code>${code}</code>`);
    expect(body).toContain(`<code>${requestId}</code>`);
    expect(headers).not.toHaveProperty('location');
    expect(headers).not.toHaveProperty('refresh');
    expect(cookies).toStrictEqual([]);
    expect(requests).toStrictEqual([]);
  });

  it.each(['', 'nonsense', '<script>alert(1)</script>', 'cross_site', 'constructor'])(
    'shows auth_failed for %j, and nothing of what it was given',
    async (code) => {
      const { body } = await start().ask(`/login?error=${encodeURIComponent(code)}&error_description=canary`);
      expect(body).toContain('<code>auth_failed</code>');
      expect(body).not.toMatch(/nonsense|alert|cross_site|constructor|canary/);
    },
  );

  it('offers to try again, with the return path if it is a good one', async () => {
    const tryAgainAfter = async (query: string) => (await start().ask(`/login?error=access_denied${query}`)).body;
    expect(await tryAgainAfter('')).toContain('href="/login"');
    expect(await tryAgainAfter('&return_to=/a%3Fb=c')).toContain('href="/login?return_to=%2Fa%3Fb%3Dc"');
    const refused = await tryAgainAfter('&return_to=//evil.example');
    expect(refused).toContain('href="/login"');
    expect(refused).not.toContain('evil');
  });

  it('speaks the language of the browser', async () => {
    const { body } = await start().ask('/login?error=access_denied', {
      headers: { 'accept-language': 'zh-CN,en;q=0.5' },
    });
    expect(body).toContain('<html lang="zh-Hans">');
  });
});

describe('GET /login for a browser that fetches ahead', () => {
  it('starts nothing and sets nothing', async () => {
    const { ask, requests } = start();
    const { status, headers, cookies } = await ask('/login', { headers: { 'sec-purpose': 'prefetch' } });
    expect(status).toBe(503);
    expect(headers).toHaveProperty('retry-after');
    expect(cookies).toStrictEqual([]);
    expect(requests).toStrictEqual([]);
  });
});

describe('many logins in one browser', () => {
  const jarAfter = async (count: number, before: readonly string[] = []) => {
    const { ask } = start();
    let jar = before;
    const names: string[] = [];
    for (let index = 0; index < count; index += 1) {
      clock.advanceSeconds(1);
      const { cookies } = await ask('/login', { cookies: jar });
      names.push(transactionIn(cookies).name);
      jar = keepCookies(jar, cookies);
    }
    return { jar, names };
  };
  const namesIn = (jar: readonly string[]) => jar.map((pair) => pair.split('=')[0]);

  it('are kept side by side up to five; the sixth takes the place of the oldest', async () => {
    const five = await jarAfter(5);
    expect(namesIn(five.jar)).toStrictEqual(five.names);
    const six = await jarAfter(1, five.jar);
    expect(namesIn(six.jar)).toStrictEqual([...five.names.slice(1), ...six.names]);
  });

  it('never fill the headers, even when a hostile page starts a hundred', async () => {
    const { jar } = await jarAfter(100);
    expect(jar).toHaveLength(5);
    expect(jar.join('; ').length).toBeLessThan(5 * 450);
  });

  it('make room by clearing junk first', async () => {
    const four = await jarAfter(4);
    const junk = '__Host-gh-login-AAAAAAAAAAAA=junk';
    const { jar, names } = await jarAfter(1, [...four.jar, junk]);
    expect(namesIn(jar)).toStrictEqual([...four.names, ...names]);
  });
});

describe('GET /login when something behind it fails', () => {
  it.each([
    [
      'the cookie password',
      { passwords: () => Promise.reject(new AuthError('temporarily_unavailable', 'no', { cause: new Error('x') })) },
    ],
    [
      'the client id',
      {
        authorizationUrl: () =>
          Promise.reject(new AuthError('temporarily_unavailable', 'no', { cause: new Error('x') })),
      },
    ],
  ])('answers 503 without a cookie: %s cannot be read', async (_, parts) => {
    const { status, cookies, log } = await start(parts).ask('/login');
    expect(status).toBe(503);
    expect(cookies).toStrictEqual([]);
    expect(log.lines[0]).toMatchObject({ level: 'error', event: 'request.failed' });
  });
});
