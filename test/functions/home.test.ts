import { describe, expect, it } from 'vitest';
import { home } from '../../functions/home/home.ts';
import { AuthError } from '../../functions/shared/domain/auth-error.ts';
import { clearSessionCookie, setSessionCookie } from '../../functions/shared/http/session-cookie.ts';
import { askEndpoint } from '../support/ask-endpoint.ts';
import { aliceSession, createMemoryWebSessions } from '../support/memory-web-sessions.ts';

const impersonator = { email: 'support@example.com', reason: null };
const sessions = createMemoryWebSessions({
  alice: { outcome: 'active', session: aliceSession },
  stale: { outcome: 'refreshed', session: aliceSession, seal: 'fresh' },
  impersonated: { outcome: 'active', session: { ...aliceSession, impersonator } },
  unknowable: new AuthError('temporarily_unavailable', 'WorkOS is away', { cause: new Error('timeout') }),
});
const endpoint = home({ sessions, sessionMaxAgeSeconds: 3600 });
const ask = (seal?: string, headers: Readonly<Record<string, string>> = {}) =>
  askEndpoint(endpoint, '/', { headers, ...(seal !== undefined && { cookies: [`wos-session=${seal}`] }) });

describe('GET /', () => {
  it('shows the way in to a stranger', async () => {
    const { status, headers, body, cookies } = await ask();
    expect(status).toBe(200);
    expect(headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'private, no-store',
      vary: 'Cookie, Authorization',
      'content-security-policy': expect.stringContaining("default-src 'none'"),
      'referrer-policy': 'no-referrer',
    });
    expect(body).toContain('href="/login"');
    expect(cookies).toStrictEqual([]);
  });

  it('greets a user and shows the way to their account', async () => {
    const { body } = await ask('alice');
    expect(body).toContain('Alice Archer');
    expect(body).toContain('href="/dashboard"');
    expect(body).not.toContain('href="/login"');
  });

  it('sends a refreshed cookie along', async () => {
    expect((await ask('stale')).cookies).toStrictEqual([setSessionCookie('fresh', 3600)]);
  });

  it('takes a cookie that is over from the browser, and shows the way in', async () => {
    const { body, cookies } = await ask('nobody');
    expect(body).toContain('href="/login"');
    expect(cookies).toStrictEqual([clearSessionCookie()]);
  });

  it('tells an impersonator who they are', async () => {
    expect((await ask('impersonated')).body).toContain('support@example.com');
  });

  it('answers 503, and keeps the cookie, while a session cannot be verified', async () => {
    const { status, headers, cookies } = await ask('unknowable');
    expect(status).toBe(503);
    expect(headers).toHaveProperty('retry-after');
    expect(cookies).toStrictEqual([]);
  });

  it('speaks the language of the browser', async () => {
    expect((await ask(undefined, { 'accept-language': 'zh' })).body).toContain('<html lang="zh-Hans">');
    expect((await ask()).body).toContain('<html lang="en">');
  });
});
