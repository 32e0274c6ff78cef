/** The endpoint of `/sessions` as a function of its dependencies; over HTTP it is in test/flows/sessions.test.ts. */
import { beforeEach, describe, expect, it } from 'vitest';
import { sessions } from '../../functions/sessions/sessions.ts';
import { AuthError } from '../../functions/shared/domain/auth-error.ts';
import type { Session } from '../../functions/shared/domain/web-sessions.ts';
import type { HttpResponse } from '../../functions/shared/http/response.ts';
import { requestTo } from '../support/api-gateway-event.ts';
import { collectLog } from '../support/collected-log.ts';
import { brokenEventBus, createMemoryEventBus, type MemoryEventBus } from '../support/memory-event-bus.ts';
import {
  createMemoryNativeSessionRecords,
  type MemoryNativeSessionRecords,
} from '../support/memory-native-session-records.ts';
import { createMemorySessionRecords, type MemorySessionRow } from '../support/memory-session-records.ts';
import { nativeSessionOfSomeone } from '../support/native-session-records-contract.ts';

const now = new Date('2026-11-22T10:00:00Z');
const alice: Session = {
  kind: 'web',
  userId: 'usr_0123456789abcdef0123456789abcdef',
  workosUserId: 'user_01HALICE',
  sessionId: 'a'.repeat(32),
  email: 'alice@example.com',
  name: 'Alice Archer',
  pictureUrl: undefined,
  impersonator: undefined,
  organizationId: undefined,
  roles: [],
  authMethod: 'Password',
  expiresAt: new Date('2026-11-22T10:05:00Z'),
};
const elsewhere = 'b'.repeat(32);
const bobs = 'c'.repeat(32);
const app = nativeSessionOfSomeone({
  sessionId: 'd'.repeat(32),
  userId: alice.userId,
  workosSessionId: 'session_01HAPP',
  createdAt: new Date('2026-11-22T09:30:00Z'),
  lastSeenAt: new Date('2026-11-22T09:52:00Z'),
  client: { ipAddress: '198.51.100.7', userAgent: 'SampleApp/1' },
  expiresAt: new Date('2026-12-22T10:00:00Z'),
});
const bobsApp = nativeSessionOfSomeone({ sessionId: 'e'.repeat(32), expiresAt: app.expiresAt });
/** The app asks, with a JWT. */
const inApp: Session = { ...alice, kind: 'native', clientId: app.clientId, sessionId: app.sessionId };

let rows: Map<string, MemorySessionRow>;
let nativeSessions: MemoryNativeSessionRecords;
let events: MemoryEventBus;
let isStanding: boolean;
let isWorkosAway: boolean;
/** What was done, in order. */
let done: string[];

beforeEach(async () => {
  const row = (userId: string, minutesAgo: number, client?: MemorySessionRow['client']): MemorySessionRow => ({
    userId,
    createdAt: new Date(now.getTime() - minutesAgo * 60_000),
    lastSeenAt: new Date(now.getTime() - minutesAgo * 30_000),
    expiresAt: new Date(now.getTime() + 86_400_000),
    ...(client && { client }),
  });
  rows = new Map([
    [alice.sessionId, row(alice.userId, 20, { ipAddress: '192.0.2.7', userAgent: 'Laptop' })],
    [elsewhere, row(alice.userId, 10)],
    [bobs, row('usr_of_bob', 5)],
  ]);
  nativeSessions = createMemoryNativeSessionRecords();
  for (const session of [app, bobsApp]) await nativeSessions.begin(session);
  events = createMemoryEventBus();
  isStanding = true;
  isWorkosAway = false;
  done = [];
});

async function ask(target: string, method: 'GET' | 'DELETE', session = alice): Promise<HttpResponse> {
  const memory = createMemorySessionRecords({ rows });
  const endpoint = sessions({
    records: {
      ...memory,
      ownerOf: (id) => {
        done.push('row read');
        return Promise.resolve(rows.get(id)?.userId);
      },
      end: (...row) => {
        done.push('row ended');
        return memory.end(...row);
      },
    },
    nativeSessions: {
      ...nativeSessions,
      end: (...row) => {
        done.push('app ended');
        return nativeSessions.end(...row);
      },
    },
    events,
    isStanding: () => Promise.resolve(isStanding),
    remote: {
      revoke: ({ workosUserId, sessionId }) => revoke(`${workosUserId} ${sessionId}`),
      revokeById: revoke,
    },
    clock: () => now,
  });
  const setCookie = (cookie: string): void => void done.push(cookie);
  return endpoint(requestTo(target, { method }), session, { log: collectLog(), setCookie, showTo: () => undefined });
}

function revoke(what: string): Promise<void> {
  done.push(`revoked ${what}`);
  if (!isWorkosAway) return Promise.resolve();
  return Promise.reject(new AuthError('temporarily_unavailable', 'WorkOS is away'));
}

describe('GET /sessions', () => {
  it("lists the user's own, browsers and apps, the latest first, and says what is not known of them", async () => {
    const { status, body } = await ask('/sessions', 'GET');
    expect(status).toBe(200);
    expect(JSON.parse(body)).toStrictEqual({
      sessions: [
        {
          id: elsewhere,
          kind: 'web',
          current: false,
          createdAt: '2026-11-22T09:50:00.000Z',
          lastSeenAt: '2026-11-22T09:55:00.000Z',
          userAgent: null,
          ip: null,
        },
        {
          id: app.sessionId,
          kind: 'native',
          current: false,
          createdAt: '2026-11-22T09:30:00.000Z',
          lastSeenAt: '2026-11-22T09:52:00.000Z',
          userAgent: 'SampleApp/1',
          ip: '198.51.100.7',
        },
        {
          id: alice.sessionId,
          kind: 'web',
          current: true,
          createdAt: '2026-11-22T09:40:00.000Z',
          lastSeenAt: '2026-11-22T09:50:00.000Z',
          userAgent: 'Laptop',
          ip: '192.0.2.7',
        },
      ],
    });
  });

  it('marks the app that asks', async () => {
    const { body } = await ask('/sessions', 'GET', inApp);
    const { sessions: all } = JSON.parse(body) as { sessions: readonly { id: string; current: boolean }[] };
    expect(all.filter(({ current }) => current).map(({ id }) => id)).toStrictEqual([app.sessionId]);
  });

  it('is refused to a session that does not stand', async () => {
    isStanding = false;
    await expect(ask('/sessions', 'GET')).rejects.toMatchObject({ code: 'unauthenticated' });
  });
});

describe('DELETE /sessions/{id}', () => {
  const cleared = 'wos-session=; Max-Age=0; Path=/; HttpOnly; Secure; SameSite=Lax';

  it('ends the row before it asks WorkOS, so that a refresh under way finds it ended', async () => {
    expect(await ask(`/sessions/${elsewhere}`, 'DELETE')).toStrictEqual({ status: 204, headers: {}, body: '' });
    expect(done).toStrictEqual(['row read', 'row ended', `revoked user_01HALICE ${elsewhere}`]);
    expect(rows.get(elsewhere)?.endedAt).toBe(now);
  });

  it('clears the cookie of the session that ends itself, last', async () => {
    await ask(`/sessions/${alice.sessionId}`, 'DELETE');
    expect(done).toStrictEqual(['row ended', `revoked user_01HALICE ${alice.sessionId}`, cleared]);
  });

  it('leaves the cookie for the repeat when WorkOS does not answer', async () => {
    isWorkosAway = true;
    await expect(ask(`/sessions/${alice.sessionId}`, 'DELETE')).rejects.toMatchObject({
      code: 'temporarily_unavailable',
    });
    expect(rows.get(alice.sessionId)?.endedAt).toBe(now);
    expect(done).not.toContain(cleared);

    [isWorkosAway, isStanding] = [false, false];
    expect((await ask(`/sessions/${alice.sessionId}`, 'DELETE')).status).toBe(204);
    expect(done).toContain(cleared);
  });

  it('ends a session that has no row, if it is the one that asks: it may have begun in another application', async () => {
    rows.delete(alice.sessionId);
    expect((await ask(`/sessions/${alice.sessionId}`, 'DELETE')).status).toBe(204);
    expect(rows.get(alice.sessionId)).toMatchObject({ userId: alice.userId, endedAt: now });
  });

  it.each([bobs, bobsApp.sessionId, 'f'.repeat(32)])('does not find %s, and changes nothing', async (id) => {
    await expect(ask(`/sessions/${id}`, 'DELETE')).rejects.toMatchObject({ code: 'not_found' });
    expect(done).toStrictEqual(['row read']);
  });

  it.each(['', 'A'.repeat(32), 'a'.repeat(33), `${'a'.repeat(30)}%61`, `${alice.sessionId}/`])(
    'does not look for %j, which is no id',
    async (id) => {
      await expect(ask(`/sessions/${id}`, 'DELETE')).rejects.toMatchObject({ code: 'not_found' });
      expect(done).toStrictEqual([]);
    },
  );

  it('is refused to a session that does not stand, whatever it would end beside itself', async () => {
    isStanding = false;
    for (const id of [elsewhere, bobs, 'x']) {
      await expect(ask(`/sessions/${id}`, 'DELETE')).rejects.toMatchObject({ code: 'unauthenticated' });
    }
    expect(done).toStrictEqual([]);
  });
});

describe('DELETE /sessions/{id} of an app', () => {
  const revoked = {
    name: 'native.session.revoked',
    detail: { userId: alice.userId, sessionId: app.sessionId, clientId: app.clientId, reason: 'ended_by_user' },
  };

  it("ends the row before it asks WorkOS by WorkOS's own id, and tells the bus", async () => {
    expect((await ask(`/sessions/${app.sessionId}`, 'DELETE')).status).toBe(204);
    expect(done).toStrictEqual(['row read', 'app ended', 'revoked session_01HAPP']);
    expect(await nativeSessions.find(app.sessionId, now)).toBeUndefined();
    expect(events.published).toStrictEqual([revoked]);
  });

  it('may be repeated until WorkOS has heard, and is told once', async () => {
    isWorkosAway = true;
    const end = () => ask(`/sessions/${app.sessionId}`, 'DELETE');
    await expect(end()).rejects.toMatchObject({ code: 'temporarily_unavailable' });
    expect(await nativeSessions.find(app.sessionId, now)).toBeUndefined();
    isWorkosAway = false;
    expect((await end()).status).toBe(204);
    expect((await end()).status).toBe(204);
    expect(done.at(-1)).toBe('revoked session_01HAPP');
    expect(events.published).toStrictEqual([revoked]);
  });

  it('ends the app that asks, and touches no cookie', async () => {
    expect((await ask(`/sessions/${app.sessionId}`, 'DELETE', inApp)).status).toBe(204);
    expect(done).toStrictEqual(['row read', 'revoked session_01HAPP', 'app ended']);
    expect(events.published).toStrictEqual([revoked]);
  });

  it('leaves the app that asks its session for the repeat when WorkOS does not answer', async () => {
    isWorkosAway = true;
    await expect(ask(`/sessions/${app.sessionId}`, 'DELETE', inApp)).rejects.toMatchObject({
      code: 'temporarily_unavailable',
    });
    expect(await nativeSessions.find(app.sessionId, now)).toBeDefined();
  });

  it('ends a browser from the app, whose cookie is not there to be cleared', async () => {
    expect((await ask(`/sessions/${alice.sessionId}`, 'DELETE', inApp)).status).toBe(204);
    expect(done).toStrictEqual(['row read', 'row ended', `revoked user_01HALICE ${alice.sessionId}`]);
  });

  it('ends it all the same while the bus takes nothing', async () => {
    events = { ...createMemoryEventBus(), ...brokenEventBus };
    expect((await ask(`/sessions/${app.sessionId}`, 'DELETE')).status).toBe(204);
    expect(await nativeSessions.find(app.sessionId, now)).toBeUndefined();
  });
});
