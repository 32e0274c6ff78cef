import { describe, expect, it } from 'vitest';
import { AuthError, loginErrorCodes } from '../../functions/shared/domain/auth-error.ts';
import { readState } from '../../functions/shared/domain/login-transaction.ts';
import { requestId } from '../support/api-gateway-event.ts';
import { keepCookies } from '../support/cookie-jar.ts';
import { passwords } from '../support/cookie-passwords.ts';
import { startLoginEndpoint, transactionIn } from '../support/login-under-test.ts';

describe('GET /login', () => {
  it('sends the browser to AuthKit with a state and an S256 challenge of its own', async () => {
    const { ask, requests } = startLoginEndpoint();
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
    const { ask, requests, clock } = startLoginEndpoint();
    const { cookies } = await ask('/login?return_to=/dashboard');
    expect(cookies).toStrictEqual([
      expect.stringMatching(/^__Host-gh-login-[\w-]{12}=[\w-]+; Max-Age=600; Path=\/; HttpOnly; Secure; SameSite=Lax$/),
    ]);
    const { name, ...transaction } = transactionIn(cookies);
    expect(transaction).toMatchObject({ issuedAt: clock(), provider: 'authkit', returnTo: '/dashboard' });
    expect(readState(requests[0]?.state ?? '', passwords, 'prod')?.cookieName).toBe(name);
  });

  it('starts every flow anew', async () => {
    const { ask, requests } = startLoginEndpoint();
    await ask('/login');
    await ask('/login');
    expect(requests[0]?.state).not.toBe(requests[1]?.state);
    expect(requests[0]?.codeChallenge).not.toBe(requests[1]?.codeChallenge);
  });

  it('logs that a login has started: origin and provider, no hint and no state', async () => {
    const { ask } = startLoginEndpoint();
    const { log } = await ask('/login?provider=GoogleOAuth&login_hint=alice@example.com');
    expect(log.fieldsOf('login.started')).toStrictEqual([{ requestId, origin: 'web', provider: 'GoogleOAuth' }]);
  });
});

describe('GET /login?error=', () => {
  it.each(loginErrorCodes)('shows a page for %s, and leads nowhere by itself', async (code) => {
    const { ask, requests } = startLoginEndpoint();
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
      const { body } = await startLoginEndpoint().ask(
        `/login?error=${encodeURIComponent(code)}&error_description=canary`,
      );
      expect(body).toContain('<code>auth_failed</code>');
      expect(body).not.toMatch(/nonsense|alert|cross_site|constructor|canary/);
    },
  );

  it('offers to try again, with the return path if it is a good one', async () => {
    const tryAgainAfter = async (query: string) =>
      (await startLoginEndpoint().ask(`/login?error=access_denied${query}`)).body;
    expect(await tryAgainAfter('')).toContain('href="/login"');
    expect(await tryAgainAfter('&return_to=/a%3Fb=c')).toContain('href="/login?return_to=%2Fa%3Fb%3Dc"');
    const refused = await tryAgainAfter('&return_to=//evil.example');
    expect(refused).toContain('href="/login"');
    expect(refused).not.toContain('evil');
  });

  it('speaks the language of the browser', async () => {
    const { body } = await startLoginEndpoint().ask('/login?error=access_denied', {
      headers: { 'accept-language': 'zh-CN,en;q=0.5' },
    });
    expect(body).toContain('<html lang="zh-Hans">');
  });
});

describe('GET /login for a browser that fetches ahead', () => {
  it('starts nothing and sets nothing', async () => {
    const { ask, requests } = startLoginEndpoint();
    const { status, headers, cookies } = await ask('/login', { headers: { 'sec-purpose': 'prefetch' } });
    expect(status).toBe(503);
    expect(headers).toHaveProperty('retry-after');
    expect(cookies).toStrictEqual([]);
    expect(requests).toStrictEqual([]);
  });
});

describe('many logins in one browser', () => {
  const { ask, clock } = startLoginEndpoint();
  const jarAfter = async (count: number, before: readonly string[] = []) => {
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
  const away = new AuthError('temporarily_unavailable', 'no answer', { cause: new Error('timeout') });

  it.each([
    ['the cookie password', { passwords: () => Promise.reject(away) }],
    ['the client id', { authorizationUrl: () => Promise.reject(away) }],
  ])('answers 503 without a cookie: %s cannot be read', async (_, parts) => {
    const { status, cookies, log } = await startLoginEndpoint(parts).ask('/login');
    expect(status).toBe(503);
    expect(cookies).toStrictEqual([]);
    expect(log.lines[0]).toMatchObject({ level: 'error', event: 'request.failed' });
  });
});
