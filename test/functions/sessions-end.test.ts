/** The endpoint of the account page's buttons; over HTTP it is in test/flows/sessions-of-apps.test.ts. */
import { beforeEach, describe, expect, it } from 'vitest';
import { sessionsEnd } from '../../functions/sessions-end/sessions-end.ts';
import { protectedEndpoint } from '../../functions/shared/http/protected-endpoint.ts';
import { askEndpoint, type EndpointAnswer } from '../support/ask-endpoint.ts';
import { holdClock } from '../support/held-clock.ts';
import { createMemoryEventBus } from '../support/memory-event-bus.ts';
import { createMemoryNativeSessionRecords } from '../support/memory-native-session-records.ts';
import { createMemorySessionRecords } from '../support/memory-session-records.ts';
import { aliceSession, createMemoryWebSessions } from '../support/memory-web-sessions.ts';
import { nativeSessionOfSomeone } from '../support/native-session-records-contract.ts';

const clock = holdClock();
const { userId, sessionId } = aliceSession;
const [elsewhere, bobs] = ['b'.repeat(32), 'c'.repeat(32)];
const app = nativeSessionOfSomeone({ sessionId: 'd'.repeat(32), userId, workosSessionId: 'session_01HAPP' });
const client = { ipAddress: '192.0.2.7', userAgent: 'Firefox' };

let revoked: string[];
let end: (id: string, headers?: Readonly<Record<string, string>>) => Promise<EndpointAnswer>;
beforeEach(async () => {
  revoked = [];
  const records = createMemorySessionRecords();
  await records.begin({ ...aliceSession, sessionId: elsewhere }, client, clock());
  await records.begin({ sessionId: bobs, userId: 'usr_of_bob', organizationId: undefined }, client, clock());
  const nativeSessions = createMemoryNativeSessionRecords();
  await nativeSessions.begin(app);
  const revoke = (what: string): Promise<void> => {
    revoked.push(what);
    return Promise.resolve();
  };
  const remote = { revoke: ({ sessionId: id }: { readonly sessionId: string }) => revoke(id), revokeById: revoke };
  const parts = { records, nativeSessions, remote, events: createMemoryEventBus(), clock };
  const origins = { publicUrl: 'https://auth.example.com', webOrigins: [] };
  const options = {
    auth: 'session',
    sessions: createMemoryWebSessions(),
    sessionMaxAgeSeconds: 3600,
    origins,
  } as const;
  const endpoint = protectedEndpoint(options, sessionsEnd(parts));
  const byOurPage = { origin: 'null', 'sec-fetch-site': 'same-origin' };
  end = (id, headers = byOurPage) =>
    askEndpoint(endpoint, `/sessions/${id}/end`, { method: 'POST', headers, cookies: ['wos-session=alice'] });
});

describe('POST /sessions/{id}/end', () => {
  it.each([
    ['a browser', elsewhere, elsewhere],
    ['an app', app.sessionId, 'session_01HAPP'],
  ])('ends %s, and leads back to the account page', async (_, id, atWorkos) => {
    const { status, location, cookies } = await end(id);
    expect([status, location, cookies]).toStrictEqual([303, '/dashboard', []]);
    expect(revoked).toStrictEqual([atWorkos]);
  });

  it('ends the browser that asks, and clears its cookie', async () => {
    const { status, cookies } = await end(sessionId);
    expect(status).toBe(303);
    expect(cookies).toStrictEqual(['wos-session=; Max-Age=0; Path=/; HttpOnly; Secure; SameSite=Lax']);
  });

  it.each([bobs, 'f'.repeat(32), '', `${elsewhere}/end`, 'x'])('shows a page that says there is no %j', async (id) => {
    const { status, body } = await end(id);
    expect(status).toBe(404);
    expect(body).toContain('<code>not_found</code>');
    expect(revoked).toStrictEqual([]);
  });

  it('obeys no other site', async () => {
    expect((await end(elsewhere, { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' })).status).toBe(403);
    expect(revoked).toStrictEqual([]);
  });
});
