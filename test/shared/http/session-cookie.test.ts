import { describe, expect, it } from 'vitest';
import { AuthError } from '../../../functions/shared/domain/auth-error.ts';
import {
  clearSessionCookie,
  openRequestSession,
  readSessionCookie,
  setSessionCookie,
} from '../../../functions/shared/http/session-cookie.ts';
import { requestTo, sourceIp, userAgent } from '../../support/api-gateway-event.ts';
import { aliceSession, createMemoryWebSessions } from '../../support/memory-web-sessions.ts';

const readFrom = (...cookies: readonly string[]) => readSessionCookie(requestTo('/', { cookies }));

describe('readSessionCookie()', () => {
  it('gives the one seal that was sent', () => {
    expect(readFrom('theme=dark', 'wos-session=Fe26.2*1*a~2')).toBe('Fe26.2*1*a~2');
  });

  it('gives nothing where there is none', () => {
    expect(readFrom()).toBeUndefined();
    expect(readFrom('WOS-SESSION=a', 'wos-session2=b', '__Host-wos-session=c')).toBeUndefined();
  });

  it.each([
    ['two different ones', ['wos-session=a', 'wos-session=b']],
    ['the same one twice', ['wos-session=a', 'wos-session=a']],
    ['an empty one beside ours', ['wos-session=', 'wos-session=a']],
  ])('trusts none of %s', (_, cookies) => {
    expect(readFrom(...cookies)).toBeUndefined();
  });
});

describe('readSessionCookie() with an Authorization header', () => {
  it.each(['Bearer a.b.c', 'Basic dTpw', ''])('takes no cookie beside %j', (authorization) => {
    const request = requestTo('/session', { cookies: ['wos-session=a'], headers: { authorization } });
    expect(readSessionCookie(request)).toBeUndefined();
  });
});

describe('setSessionCookie() and clearSessionCookie()', () => {
  it('set and clear it with the same attributes, for this host alone', () => {
    expect(setSessionCookie('seal', 3600)).toBe(
      'wos-session=seal; Max-Age=3600; Path=/; HttpOnly; Secure; SameSite=Lax',
    );
    expect(clearSessionCookie()).toBe('wos-session=; Max-Age=0; Path=/; HttpOnly; Secure; SameSite=Lax');
  });
});

describe('openRequestSession()', () => {
  const sessions = () =>
    createMemoryWebSessions({
      alice: { outcome: 'active', session: aliceSession },
      stale: { outcome: 'refreshed', session: aliceSession, seal: 'fresh' },
      over: { outcome: 'ended' },
      foreign: { outcome: 'rejected' },
      unknowable: new AuthError('temporarily_unavailable', 'WorkOS is away'),
    });

  const open = async (seal: string, headers: Readonly<Record<string, string>> = {}, from = sessions()) => {
    const setCookies: string[] = [];
    const request = requestTo('/', { cookies: [`wos-session=${seal}`], headers });
    const exchange = { setCookie: (cookie: string) => void setCookies.push(cookie) };
    const session = await openRequestSession(request, exchange, { sessions: from, sessionMaxAgeSeconds: 3600 });
    return { session, setCookies };
  };

  it('gives an active session and leaves its cookie alone', async () => {
    expect(await open('alice')).toStrictEqual({ session: aliceSession, setCookies: [] });
  });

  it('sends the new seal of a session that was refreshed', async () => {
    expect(await open('stale')).toStrictEqual({ session: aliceSession, setCookies: [setSessionCookie('fresh', 3600)] });
  });

  it('removes the cookie of a session that is over', async () => {
    expect(await open('over')).toStrictEqual({ session: undefined, setCookies: [clearSessionCookie()] });
  });

  it('sets nothing for a prefetch, also when the session is over', async () => {
    const headers = { 'sec-purpose': 'prefetch' };
    expect(await open('over', headers)).toStrictEqual({ session: undefined, setCookies: [] });
  });

  it('keeps the cookie of a session that is not for this deployment', async () => {
    expect(await open('foreign')).toStrictEqual({ session: undefined, setCookies: [] });
  });

  it('keeps the cookie when it cannot be told', async () => {
    await expect(open('unknowable')).rejects.toMatchObject({ code: 'temporarily_unavailable' });
  });

  it('asks nobody where there is no cookie, or two', async () => {
    const from = sessions();
    const exchange = { setCookie: () => expect.unreachable() };
    const rules = { sessions: from, sessionMaxAgeSeconds: 3600 };
    expect(await openRequestSession(requestTo('/'), exchange, rules)).toBeUndefined();
    const tossed = requestTo('/', { cookies: ['wos-session=alice', 'wos-session=mallory'] });
    expect(await openRequestSession(tossed, exchange, rules)).toBeUndefined();
    expect(from.asked).toStrictEqual([]);
  });

  it('says who asks, and that a prefetch must not refresh', async () => {
    const from = sessions();
    await open('alice', {}, from);
    await open('alice', { 'sec-purpose': 'prefetch' }, from);
    const client = { ipAddress: sourceIp, userAgent };
    expect(from.asked).toStrictEqual([
      { seal: 'alice', client, mayRefresh: true },
      { seal: 'alice', client, mayRefresh: false },
    ]);
  });
});
