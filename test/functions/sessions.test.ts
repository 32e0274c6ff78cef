/** The endpoint of `/sessions` as a function of its dependencies; over HTTP it is in test/flows/sessions.test.ts. */
import { beforeEach, describe, expect, it } from 'vitest';
import { sessions } from '../../functions/sessions/sessions.ts';
import { AuthError } from '../../functions/shared/domain/auth-error.ts';
import type { Session } from '../../functions/shared/domain/web-sessions.ts';
import type { HttpResponse } from '../../functions/shared/http/response.ts';
import { requestTo } from '../support/api-gateway-event.ts';
import { collectLog } from '../support/collected-log.ts';
import { createMemorySessionRecords, type MemorySessionRow } from '../support/memory-session-records.ts';

const now = new Date('2026-11-22T10:00:00Z');
const alice: Session = {
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

let rows: Map<string, MemorySessionRow>;
let isStanding: boolean;
let isWorkosAway: boolean;
/** What was done, in order. */
let done: string[];

beforeEach(() => {
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
    isStanding: () => Promise.resolve(isStanding),
    remote: {
      revoke({ workosUserId, sessionId }) {
        done.push(`revoked ${workosUserId} ${sessionId}`);
        if (!isWorkosAway) return Promise.resolve();
        return Promise.reject(new AuthError('temporarily_unavailable', 'WorkOS is away'));
      },
    },
    clock: () => now,
  });
  const setCookie = (cookie: string): void => void done.push(cookie);
  return endpoint(requestTo(target, { method }), session, { log: collectLog(), setCookie });
}

describe('GET /sessions', () => {
  it("lists the user's own, the latest first, and says what is not known of them", async () => {
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

  it.each([bobs, 'd'.repeat(32)])('does not find %s, and changes nothing', async (id) => {
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
