import { describe, expect, it } from 'vitest';
import { AuthError } from '../../../functions/shared/domain/auth-error.ts';
import { jsonError } from '../../../functions/shared/http/errors.ts';
import { type AuthenticatedEndpoint, protectedEndpoint } from '../../../functions/shared/http/protected-endpoint.ts';
import { json, redirect } from '../../../functions/shared/http/response.ts';
import { setSessionCookie } from '../../../functions/shared/http/session-cookie.ts';
import { askEndpoint } from '../../support/ask-endpoint.ts';
import { aliceSession, createMemoryWebSessions } from '../../support/memory-web-sessions.ts';

const sessions = createMemoryWebSessions({
  alice: { outcome: 'active', session: aliceSession },
  stale: { outcome: 'refreshed', session: aliceSession, seal: 'fresh' },
  foreign: { outcome: 'rejected' },
  unknowable: new AuthError('temporarily_unavailable', 'WorkOS is away'),
});
const options = {
  auth: 'session',
  sessions,
  sessionMaxAgeSeconds: 3600,
  origins: { publicUrl: 'https://auth.example.com', webOrigins: [] },
} as const;
const greet: AuthenticatedEndpoint = (request, session, { setCookie }) => {
  setCookie('greeted=1');
  return json(200, { path: request.path, name: session.name });
};
const ask = (seal: string | undefined, endpoint = protectedEndpoint(options, greet)) =>
  askEndpoint(endpoint, '/greeting', {
    errors: jsonError,
    ...(seal !== undefined && { cookies: [`wos-session=${seal}`] }),
  });

describe('protectedEndpoint()', () => {
  it('hands the endpoint the request, its user and the exchange', async () => {
    const { status, body, cookies } = await ask('alice');
    expect(status).toBe(200);
    expect(JSON.parse(body)).toStrictEqual({ path: '/greeting', name: 'Alice Archer' });
    expect(cookies).toStrictEqual(['greeted=1']);
  });

  it.each([undefined, 'nobody', 'foreign'])('lets nobody else in: %s', async (seal) => {
    const endpoint = protectedEndpoint(options, () => expect.unreachable());
    const { status, body } = await ask(seal, endpoint);
    expect(status).toBe(401);
    expect(JSON.parse(body)).toMatchObject({ error: 'unauthenticated' });
  });

  it('answers someone without a session as the route would have it', async () => {
    const signInFirst = () => redirect('/login');
    const endpoint = protectedEndpoint({ ...options, unauthenticated: signInFirst }, greet);
    expect(await ask(undefined, endpoint)).toMatchObject({ status: 302, location: '/login' });
  });

  it('sends a refreshed cookie along', async () => {
    expect((await ask('stale')).cookies).toStrictEqual([setSessionCookie('fresh', 3600), 'greeted=1']);
  });

  it.each([
    ['fails in a way it knows', () => Promise.reject(new AuthError('not_found', 'no such thing')), 404],
    ['fails in a way nobody foresaw', () => Promise.reject(new TypeError('undefined is not a function')), 503],
    [
      'throws before it is done',
      () => {
        throw new AuthError('invalid_request', 'no');
      },
      400,
    ],
  ])('sends a refreshed cookie even if the endpoint then %s', async (_, fail, status) => {
    const answer = await ask('stale', protectedEndpoint(options, fail));
    expect(answer.status).toBe(status);
    expect(answer.cookies).toStrictEqual([setSessionCookie('fresh', 3600)]);
  });

  it('answers 503 and keeps the cookie when the session cannot be verified now', async () => {
    const { status, headers, cookies } = await ask('unknowable');
    expect(status).toBe(503);
    expect(headers).toHaveProperty('retry-after');
    expect(cookies).toStrictEqual([]);
  });
});
