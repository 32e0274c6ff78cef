import { describe, expect, it } from 'vitest';
import { AuthError, workosErrorCodes } from '../../functions/shared/domain/auth-error.ts';
import { requestId } from '../support/api-gateway-event.ts';
import { session, startCallback } from '../support/callback-under-test.ts';
import { createMemoryUsers } from '../support/memory-users.ts';

const { userId } = session;

describe('GET /callback when the login fails', () => {
  const failWith = async (outcome: Error, returnTo?: string) => {
    const { ask, begin, users, events } = startCallback({ outcome });
    const login = begin({ returnTo });
    const answer = await ask(`?code=the-code&state=${login.state}`, [login.pair]);
    return { ...answer, login, users, events };
  };

  it.each([
    ['auth_failed', 'warn'],
    ['sso_required', 'warn'],
    ['session_too_large', 'warn'],
    ['temporarily_unavailable', 'error'],
  ] as const)('leads to a page that says why, with the transaction cleared: %s', async (code, level) => {
    const error = new AuthError(code, 'for operators', { cause: new Error('upstream') });
    const { status, location, cookies, login, users, events, log } = await failWith(error, '/a?b=c');
    expect(status).toBe(302);
    expect(location).toBe(`/login?error=${code}&return_to=%2Fa%3Fb%3Dc`);
    expect(cookies).toStrictEqual([login.cleared]);
    expect(users.stored(userId)).toBeUndefined();
    expect(events.published).toStrictEqual([]);
    expect(log.lines[0]).toMatchObject({
      level,
      event: 'login.failed',
      fields: { code, origin: 'web', provider: 'authkit' },
      cause: error,
    });
  });

  it('names no return path where the login had none', async () => {
    expect((await failWith(new AuthError('auth_failed', 'x'))).location).toBe('/login?error=auth_failed');
  });

  it('shows a 503 when nobody foresaw it, with the transaction cleared all the same', async () => {
    const { status, cookies, login, body, log } = await failWith(new TypeError('a bug with a secret'));
    expect(status).toBe(503);
    expect(cookies).toStrictEqual([login.cleared]);
    expect(body).not.toContain('secret');
    expect(log.lines[0]).toMatchObject({ level: 'error', event: 'request.crashed' });
  });

  it.each(['disabled', 'deleted'] as const)('keeps out a user who is %s: no session, no event', async (status) => {
    const { ask, begin, users, events } = startCallback();
    users.setStatus(userId, status);
    const login = begin();
    const { location, cookies } = await ask(`?code=c&state=${login.state}`, [login.pair]);
    expect(location).toBe('/login?error=user_disabled');
    expect(cookies).toStrictEqual([login.cleared]);
    expect(events.published).toStrictEqual([]);
  });

  it('sets no session when the sign-in cannot be recorded', async () => {
    const away = new AuthError('temporarily_unavailable', 'no table', { cause: new Error('timeout') });
    const users = {
      ...createMemoryUsers(),
      recordSignIn: () => Promise.reject(away),
    };
    const { ask, begin } = startCallback({ users });
    const login = begin();
    const { location, cookies } = await ask(`?code=c&state=${login.state}`, [login.pair]);
    expect(location).toBe('/login?error=temporarily_unavailable');
    expect(cookies).toStrictEqual([login.cleared]);
  });

  it('answers 503 at once when the cookie password cannot be read: nothing of the login is spent', async () => {
    const away = new AuthError('temporarily_unavailable', 'no password', { cause: new Error('x') });
    const { ask, begin, exchanged } = startCallback({ passwords: () => Promise.reject(away) });
    const login = begin();
    const { status, cookies } = await ask(`?code=c&state=${login.state}`, [login.pair]);
    expect(status).toBe(503);
    expect(cookies).toStrictEqual([]);
    expect(exchanged).toStrictEqual([]);
  });
});

describe('GET /callback with an error from AuthKit', () => {
  it.each(workosErrorCodes)('shows %s as it is, and exchanges nothing', async (error) => {
    const { ask, begin, exchanged } = startCallback();
    const login = begin({ returnTo: '/a' });
    const { status, location, cookies } = await ask(`?error=${error}&state=${login.state}`, [login.pair]);
    expect(status).toBe(302);
    expect(location).toBe(`/login?error=${error}&return_to=%2Fa`);
    expect(cookies).toStrictEqual([login.cleared]);
    expect(exchanged).toStrictEqual([]);
  });

  it.each(['server_error', 'unknown', '', '<script>', 'access_denied&error=access_denied'])(
    'shows auth_failed for %j, and nothing of its description',
    async (error) => {
      const { ask, begin } = startCallback();
      const login = begin();
      const query = `?error=${error}&error_description=canary&state=${login.state}`;
      const { location, log } = await ask(query, [login.pair]);
      expect(location).toBe('/login?error=auth_failed');
      expect(JSON.stringify(log.lines)).not.toContain('canary');
    },
  );

  it('goes by the error when there is a code beside it', async () => {
    const { ask, begin, exchanged } = startCallback();
    const login = begin();
    const { location } = await ask(`?code=c&error=access_denied&state=${login.state}`, [login.pair]);
    expect(location).toBe('/login?error=access_denied');
    expect(exchanged).toStrictEqual([]);
  });

  it('is logged with origin and provider', async () => {
    const { ask, begin } = startCallback();
    const login = begin({ provider: 'GitHubOAuth' });
    const { log } = await ask(`?error=access_denied&state=${login.state}`, [login.pair]);
    expect(log.fieldsOf('login.failed')).toStrictEqual([
      { requestId, origin: 'web', provider: 'GitHubOAuth', workosError: 'access_denied', code: 'access_denied' },
    ]);
  });

  it('is logged by the name that WorkOS gave it, also where we know no such name, and never as free text', async () => {
    const { ask, begin } = startCallback();
    for (const [error, logged] of [
      ['brand_new_error', 'brand_new_error'],
      ['free text with a <secret>', undefined],
    ]) {
      const login = begin();
      const { log } = await ask(`?error=${encodeURIComponent(error ?? '')}&state=${login.state}`, [login.pair]);
      expect(log.fieldsOf('login.failed').at(-1)?.['workosError']).toBe(logged);
    }
  });
});
