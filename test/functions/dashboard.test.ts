import { describe, expect, it } from 'vitest';
import { dashboard, signInFirst } from '../../functions/dashboard/dashboard.ts';
import { AuthError } from '../../functions/shared/domain/auth-error.ts';
import { type ProtectedEndpointOptions, protectedEndpoint } from '../../functions/shared/http/protected-endpoint.ts';
import { askEndpoint } from '../support/ask-endpoint.ts';
import { holdClock } from '../support/held-clock.ts';
import { createMemorySessionRecords } from '../support/memory-session-records.ts';
import { createMemoryUsers } from '../support/memory-users.ts';
import { aliceSession, createMemoryWebSessions } from '../support/memory-web-sessions.ts';

const { userId, email, name, pictureUrl } = aliceSession;
const row = {
  userId,
  workosUserId: 'user_01HALICE',
  email,
  name,
  pictureUrl,
  authMethod: 'Password',
  organizationId: 'org_of_the_last_sign_in',
  roles: ['role-of-the-last-sign-in'],
  at: new Date('2026-01-02T03:04:00Z'),
};

async function start(options: Partial<ProtectedEndpointOptions> = {}) {
  const users = createMemoryUsers();
  await users.recordSignIn(row);
  const sessions = createMemoryWebSessions();
  const records = createMemorySessionRecords();
  const clock = holdClock();
  const rules = {
    auth: 'session',
    sessions,
    sessionMaxAgeSeconds: 3600,
    origins: { publicUrl: 'https://auth.example.com', webOrigins: [] },
    unauthenticated: signInFirst,
    ...options,
  } as const;
  const endpoint = protectedEndpoint(rules, dashboard({ users, records, clock }));
  const ask = (seal?: string, headers: Readonly<Record<string, string>> = {}) =>
    askEndpoint(endpoint, '/dashboard', { headers, ...(seal !== undefined && { cookies: [`wos-session=${seal}`] }) });
  return { users, ask };
}

describe('GET /dashboard', () => {
  it('shows who is signed in, how, and since when', async () => {
    const { ask } = await start();
    const { status, headers, body } = await ask('alice');
    expect(status).toBe(200);
    expect(headers).toMatchObject({ 'cache-control': 'private, no-store', 'referrer-policy': 'no-referrer' });
    for (const shown of ['Alice Archer', email, userId, 'Google', '2026-01-02T03:04:00.000Z', 'href="/logout"']) {
      expect(body).toContain(shown);
    }
  });

  it("shows this session's organization and roles, not those of the last sign-in", async () => {
    const { ask } = await start();
    const { body } = await ask('alice');
    for (const shown of ['org_01HACME', 'admin', 'billing']) expect(body).toContain(shown);
    expect(body).not.toContain('of-the-last-sign-in');
    expect(body).not.toContain('of_the_last_sign_in');
  });

  it('sends someone without a session to sign in and come back', async () => {
    const { ask } = await start();
    const { status, location } = await ask();
    expect(status).toBe(302);
    expect(location).toBe('/login?return_to=/dashboard');
  });

  it.each(['disabled', 'deleted'] as const)('shows nothing to a user who is %s meanwhile', async (status) => {
    const { ask, users } = await start();
    users.setStatus(userId, status);
    const answer = await ask('alice');
    expect(answer.status).toBe(403);
    expect(answer.body).toContain('<code>user_disabled</code>');
    expect(answer.body).not.toContain(email);
  });

  it('answers 503, and keeps the cookie, while the session cannot be verified', async () => {
    const away = new AuthError('temporarily_unavailable', 'WorkOS is away', { cause: new Error('timeout') });
    const { ask } = await start({ sessions: createMemoryWebSessions({ alice: away }) });
    const { status, cookies, body } = await ask('alice');
    expect(status).toBe(503);
    expect(cookies).toStrictEqual([]);
    expect(body).toContain('href="/dashboard"');
  });

  it('speaks the language of the browser', async () => {
    const { ask } = await start();
    expect((await ask('alice', { 'accept-language': 'zh-TW' })).body).toContain('<html lang="zh-Hans">');
  });
});
