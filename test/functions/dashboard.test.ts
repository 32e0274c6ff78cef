import { describe, expect, it } from 'vitest';
import { dashboard, signInFirst } from '../../functions/dashboard/dashboard.ts';
import { AuthError } from '../../functions/shared/domain/auth-error.ts';
import { parseReturnTo } from '../../functions/shared/domain/return-to.ts';
import { type CookieAuth, protectedEndpoint } from '../../functions/shared/http/protected-endpoint.ts';
import { askEndpoint } from '../support/ask-endpoint.ts';
import { createMemoryModuleConnections } from '../support/memory-module-connections.ts';
import { someConnection } from '../support/module-connections-contract.ts';
import { loadModules } from '../../functions/shared/wiring/load-modules.ts';
import { holdClock } from '../support/held-clock.ts';
import { createMemoryNativeSessionRecords } from '../support/memory-native-session-records.ts';
import { nativeSessionOfSomeone } from '../support/native-session-records-contract.ts';
import { createMemorySessionRecords } from '../support/memory-session-records.ts';
import { createMemoryUsers } from '../support/memory-users.ts';
import { aliceSession, createMemoryWebSessions } from '../support/memory-web-sessions.ts';

const { userId, email, name, pictureUrl } = aliceSession;
const modules = await loadModules({ gmail: { connectVia: 'workos' }, github: { connectVia: 'direct' } });
const nativeClients = [{ id: 'sample', name: 'Sample app' }];
const row = {
  userId,
  workosUserId: 'user_01HALICE',
  email,
  name,
  pictureUrl,
  authMethod: 'Password',
  organizationId: 'org_of_the_last_sign_in',
  roles: ['role-of-the-last-sign-in'],
  profileAt: new Date('2026-01-01T00:00:00Z'),
  at: new Date('2026-01-02T03:04:00Z'),
};

async function start(options: Partial<CookieAuth> = {}) {
  const users = createMemoryUsers();
  await users.recordSignIn(row);
  const sessions = createMemoryWebSessions();
  const records = createMemorySessionRecords();
  const nativeSessions = createMemoryNativeSessionRecords();
  const connections = createMemoryModuleConnections();
  const clock = holdClock();
  const rules = {
    auth: 'session',
    sessions,
    sessionMaxAgeSeconds: 3600,
    origins: { publicUrl: 'https://auth.example.com', webOrigins: [] },
    unauthenticated: signInFirst,
    ...options,
  } as const;
  const parts = { users, records, nativeSessions, connections, modules, nativeClients, clock };
  const endpoint = protectedEndpoint(rules, dashboard(parts));
  const askFor = (query: string, seal?: string, headers: Readonly<Record<string, string>> = {}) =>
    askEndpoint(endpoint, `/dashboard${query}`, {
      headers,
      ...(seal !== undefined && { cookies: [`wos-session=${seal}`] }),
    });
  const ask = (seal?: string, headers?: Readonly<Record<string, string>>) => askFor('', seal, headers);
  return { users, records, nativeSessions, connections, clock, ask, askFor };
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

  it("lists the user's browsers and apps, an app by its name, or by its id when it is registered no more", async () => {
    const { ask, records, nativeSessions, clock } = await start();
    const later = new Date(clock().getTime() + 86_400_000);
    const [web, known, gone] = [aliceSession.sessionId, 'b'.repeat(32), 'c'.repeat(32)];
    await records.begin(aliceSession, { ipAddress: '192.0.2.7', userAgent: 'Firefox/146.0' }, clock());
    const times = { createdAt: clock(), lastSeenAt: clock(), expiresAt: later };
    await nativeSessions.begin(nativeSessionOfSomeone({ userId, sessionId: known, clientId: 'sample', ...times }));
    await nativeSessions.begin(nativeSessionOfSomeone({ userId, sessionId: gone, clientId: 'old-app', ...times }));
    await nativeSessions.begin(nativeSessionOfSomeone({ clientId: 'of-somebody-else', ...times }));
    const { body } = await ask('alice');
    for (const shown of ['Firefox', 'Sample app', 'old-app']) expect(body).toContain(`<bdi>${shown}</bdi>`);
    expect(body).not.toContain('of-somebody-else');
    for (const other of [known, gone]) expect(body).toContain(`action="/sessions/${other}/end"`);
    expect(body).not.toContain(`/sessions/${web}/end`);
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

  it('has a card for each module of the stage, and shows of this user what is connected', async () => {
    const { ask, connections } = await start();
    await connections.put(someConnection({ userId, account: { id: '1', address: 'alice.mail@gmail.com' } }), undefined);
    await connections.put(someConnection({ account: { id: '2', address: 'of-somebody-else' } }), undefined);
    const { body } = await ask('alice');
    expect(body).toContain('<bdi>alice.mail@gmail.com</bdi>');
    expect(body).not.toContain('of-somebody-else');
    expect(body).toContain('action="/modules/gmail/disconnect"');
    expect(body).toContain('href="/oauth/github/connect?return_to=/dashboard"');
  });

  it('keeps quiet about a module that is switched off, connected or not', async () => {
    const { ask, connections } = await start();
    await connections.put(someConnection({ userId, module: 'google-calendar' }), undefined);
    expect((await ask('alice')).body).not.toContain('google-calendar');
  });
});

describe('GET /dashboard after a consent', () => {
  const connected = (module: string) => `role="status">${module} is connected.`;

  it('says that a module is connected', async () => {
    const { askFor, connections } = await start();
    await connections.put(someConnection({ userId }), undefined);
    expect((await askFor('?connected=gmail', 'alice')).body).toContain(connected('Gmail'));
  });

  it('says so of nothing that is not', async () => {
    const { askFor, connections } = await start();
    await connections.put(someConnection({ userId }), undefined);
    connections.tamper(userId, 'gmail', { status: 'reauthorization_required', problem: 'grant_revoked' });
    for (const query of ['?connected=gmail', '?connected=github', '?connected=google-calendar', '?connected=']) {
      expect((await askFor(query, 'alice')).body).not.toContain('role="status"');
    }
  });

  it('says why nothing was connected', async () => {
    const { askFor } = await start();
    const { body } = await askFor('?connect_error=consent_refused', 'alice');
    expect(body).toContain('role="alert"');
    expect(body).toContain('You did not give your consent');
  });

  it.each([
    '?connect_error=access_denied',
    '?connect_error=<b>hello</b>',
    '?connect_error=auth_failed&connect_error=auth_failed',
    '?connected=<b>hello</b>',
  ])('ignores what it does not know, and echoes nothing: %s', async (query) => {
    const { askFor } = await start();
    const { status, body } = await askFor(query, 'alice');
    expect(status).toBe(200);
    expect(body).not.toMatch(/role="(?:alert|status)"|hello|access_denied/);
  });

  it.each(['consent_refused', 'session_changed'])('keeps %s for someone who has to sign in first', async (code) => {
    const { askFor } = await start();
    const { location = '' } = await askFor(`?connect_error=${code}`);
    expect(location).toBe(`/login?return_to=/dashboard%3Fconnect_error%3D${code}`);
    const rules = { publicUrl: 'https://auth.example.com', webOrigins: [] };
    const returnTo = new URL(location, rules.publicUrl).searchParams.get('return_to');
    expect(parseReturnTo(returnTo, rules)).toBe(`/dashboard?connect_error=${code}`);
  });

  it('keeps nothing else for them', async () => {
    const { askFor } = await start();
    for (const query of ['?connected=gmail', '?connect_error=nonsense', '?tab=1']) {
      expect((await askFor(query)).location).toBe('/login?return_to=/dashboard');
    }
  });
});
