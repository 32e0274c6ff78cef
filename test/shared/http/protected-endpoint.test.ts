import { describe, expect, it } from 'vitest';
import { AuthError } from '../../../functions/shared/domain/auth-error.ts';
import type { PresentedToken, TokenSessions } from '../../../functions/shared/domain/token-sessions.ts';
import type { Session } from '../../../functions/shared/domain/web-sessions.ts';
import { jsonError } from '../../../functions/shared/http/errors.ts';
import { type AuthenticatedEndpoint, protectedEndpoint } from '../../../functions/shared/http/protected-endpoint.ts';
import { json, redirect } from '../../../functions/shared/http/response.ts';
import type { Endpoint } from '../../../functions/shared/http/serve.ts';
import { setSessionCookie } from '../../../functions/shared/http/session-cookie.ts';
import type { RequestOptions } from '../../support/api-gateway-event.ts';
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

  it('lets a failure’s page tell an impersonator who they are, and nobody else', async () => {
    const impersonator = { email: 'support@example.com', reason: null };
    const opened = createMemoryWebSessions({
      alice: { outcome: 'active', session: aliceSession },
      support: { outcome: 'active', session: { ...aliceSession, impersonator } },
    });
    const refuse = () => Promise.reject(new AuthError('impersonated', 'not theirs to change'));
    const endpoint = protectedEndpoint({ ...options, sessions: opened }, refuse);
    const pageFor = async (seal: string) =>
      (await askEndpoint(endpoint, '/greeting', { cookies: [`wos-session=${seal}`] })).body;
    expect(await pageFor('support')).toContain('<bdi>support@example.com</bdi></b> is using the account of');
    expect(await pageFor('alice')).not.toMatch(/class="impersonation"|alice@example\.com/);
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

describe('protectedEndpoint() with an Authorization header', () => {
  const appSession: Session = { ...aliceSession, kind: 'native', clientId: 'sample', name: 'Alice in an app' };
  const presented: PresentedToken[] = [];
  const tokens: TokenSessions = {
    open(given) {
      presented.push(given);
      if (given.token === 'away') return Promise.reject(new AuthError('temporarily_unavailable', 'no keys'));
      return Promise.resolve(
        given.token === 'good'
          ? { outcome: 'active', session: appSession }
          : { outcome: 'refused', reason: 'not good' },
      );
    },
  };
  const either = protectedEndpoint({ ...options, tokens, auth: 'either' }, greet);
  const jwtOnly = protectedEndpoint({ origins: options.origins, tokens, auth: 'jwt' }, greet);
  const send = (endpoint: Endpoint, authorization: string, more: RequestOptions = {}) =>
    askEndpoint(endpoint, '/greeting', {
      errors: jsonError,
      ...more,
      headers: { authorization, ...more.headers },
    });

  it.each([
    ['either', either],
    ['jwt', jwtOnly],
  ])('lets the owner of a token in where auth is %s, and beside it no cookie counts', async (_, endpoint) => {
    const { status, body, cookies } = await send(endpoint, 'Bearer good', { cookies: ['wos-session=stale'] });
    expect(status).toBe(200);
    expect(JSON.parse(body)).toMatchObject({ name: 'Alice in an app' });
    expect(cookies).toStrictEqual(['greeted=1']);
  });

  it('says to which request a proof has to belong', async () => {
    await send(jwtOnly, 'DPoP good', { method: 'DELETE', headers: { dpop: 'proof' } });
    expect(presented.at(-1)).toStrictEqual({
      scheme: 'DPoP',
      token: 'good',
      proof: 'proof',
      method: 'DELETE',
      url: 'https://auth.example.com/greeting',
    });
  });

  it.each(['Bearer bad', 'DPoP bad', 'Bearer', '', 'Basic x', 'Bearer a, Bearer good'])(
    'answers 401 to %j, whatever cookie is beside it, and tells operators why',
    async (authorization) => {
      for (const endpoint of [either, jwtOnly]) {
        const { status, body, cookies, log } = await send(endpoint, authorization, {
          cookies: ['wos-session=alice'],
        });
        expect(status).toBe(401);
        expect(JSON.parse(body)).toMatchObject({ error: 'unauthenticated' });
        expect(cookies).toStrictEqual([]);
        expect(log.fieldsOf('token.refused')).toMatchObject([{ reason: expect.any(String) }]);
      }
    },
  );

  it('answers 503 while it cannot be told whose the token is', async () => {
    const { status, headers } = await send(either, 'Bearer away');
    expect(status).toBe(503);
    expect(headers).toHaveProperty('retry-after');
  });

  it('needs no origin of ours for an unsafe method: nobody sends this header for the user unasked', async () => {
    const foreign = { method: 'DELETE', headers: { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' } };
    expect((await send(either, 'Bearer good', foreign)).status).toBe(200);
    const byCookie = await askEndpoint(either, '/greeting', { ...foreign, cookies: ['wos-session=alice'] });
    expect(byCookie.status).toBe(403);
  });

  it('lets nobody in where only a cookie counts, nor by a cookie where only a token does', async () => {
    const cookieOnly = protectedEndpoint(options, greet);
    expect((await send(cookieOnly, 'Bearer good', { cookies: ['wos-session=alice'] })).status).toBe(401);
    const byCookie = await askEndpoint(jwtOnly, '/greeting', { cookies: ['wos-session=alice'] });
    expect(byCookie.status).toBe(401);
  });

  it('takes the cookie where auth is either and there is no such header', async () => {
    const answer = await askEndpoint(either, '/greeting', { cookies: ['wos-session=alice'] });
    expect(JSON.parse(answer.body)).toMatchObject({ name: 'Alice Archer' });
  });
});
