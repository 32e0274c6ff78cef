import { describe, expect, it } from 'vitest';
import { session } from '../../functions/session/session.ts';
import { jsonError } from '../../functions/shared/http/errors.ts';
import { protectedEndpoint } from '../../functions/shared/http/protected-endpoint.ts';
import { askEndpoint } from '../support/ask-endpoint.ts';
import { aliceSession, createMemoryWebSessions } from '../support/memory-web-sessions.ts';

const sessions = createMemoryWebSessions({
  alice: { outcome: 'active', session: aliceSession },
  bare: {
    outcome: 'active',
    session: { ...aliceSession, pictureUrl: undefined, organizationId: undefined, authMethod: undefined, roles: [] },
  },
  impersonated: {
    outcome: 'active',
    session: { ...aliceSession, impersonator: { email: 'support@example.com', reason: 'ticket 7' } },
  },
});
const endpoint = protectedEndpoint(
  {
    auth: 'session',
    sessions,
    sessionMaxAgeSeconds: 3600,
    origins: { publicUrl: 'https://auth.example.com', webOrigins: [] },
  },
  session,
);
const ask = (seal?: string, headers: Readonly<Record<string, string>> = {}) =>
  askEndpoint(endpoint, '/session', {
    errors: jsonError,
    headers,
    ...(seal !== undefined && { cookies: [`wos-session=${seal}`] }),
  });

describe('GET /session', () => {
  it('tells who is signed in, in exactly this shape', async () => {
    const { status, headers, body } = await ask('alice');
    expect(status).toBe(200);
    expect(headers).toMatchObject({
      'content-type': 'application/json',
      'cache-control': 'private, no-store',
      vary: 'Cookie, Authorization',
    });
    expect(JSON.parse(body)).toStrictEqual({
      authenticated: true,
      uid: 'usr_0123456789abcdef0123456789abcdef',
      email: 'alice@example.com',
      name: 'Alice Archer',
      pictureUrl: 'https://pictures.example.com/alice.png',
      organizationId: 'org_01HACME',
      roles: ['admin', 'billing'],
      authMethod: 'GoogleOAuth',
      sessionId: 'fedcba9876543210fedcba9876543210',
      expiresAt: '2026-11-22T10:05:00.000Z',
    });
  });

  it('has null for what it does not know', async () => {
    expect(JSON.parse((await ask('bare')).body)).toMatchObject({
      pictureUrl: null,
      organizationId: null,
      authMethod: null,
      roles: [],
    });
  });

  it('names an impersonator, and has no such field without one', async () => {
    expect(JSON.parse((await ask('impersonated')).body)).toMatchObject({
      impersonator: { email: 'support@example.com', reason: 'ticket 7' },
    });
  });

  it('answers 401 to nobody', async () => {
    const { status, body } = await ask();
    expect(status).toBe(401);
    expect(JSON.parse(body)).toMatchObject({ error: 'unauthenticated' });
  });

  it('takes no cookie beside an Authorization header', async () => {
    expect((await ask('alice', { authorization: 'Bearer a.b.c' })).status).toBe(401);
  });
});
