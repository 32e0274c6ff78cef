/** Where a user is signed in, and ending one of those sessions: `GET /sessions`, `DELETE /sessions/{id}`. */
import * as v from 'valibot';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { signInExpired } from '../support/expired-sign-in.ts';
import { startGatehouse } from '../support/gatehouse.ts';
import { type Answer, UserAgent } from '../support/user-agent.ts';

const gatehouse = await startGatehouse();
const { url, workos, faults } = gatehouse;
const cleared = 'wos-session=; Max-Age=0; Path=/; HttpOnly; Secure; SameSite=Lax';

const List = v.object({
  sessions: v.array(
    v.strictObject({
      id: v.pipe(v.string(), v.regex(/^[0-9a-f]{32}$/)),
      kind: v.literal('web'),
      current: v.boolean(),
      createdAt: v.pipe(v.string(), v.isoTimestamp()),
      lastSeenAt: v.pipe(v.string(), v.isoTimestamp()),
      userAgent: v.string(),
      ip: v.string(),
    }),
  ),
});

let laptop: UserAgent;
let phone: UserAgent;
beforeEach(async () => {
  laptop = await signedIn('Laptop');
  phone = await signedIn('Phone');
});
afterEach(async () => {
  faults.clear();
  await endAll(laptop);
});

async function signedIn(userAgent: string, email = 'alice@example.com'): Promise<UserAgent> {
  const browser = new UserAgent({ 'user-agent': userAgent });
  await browser.signIn(url, { login_hint: email, return_to: '/nowhere' });
  return browser;
}

async function list(browser: UserAgent) {
  const answer = await browser.send(`${url}/sessions`);
  expect(answer.status).toBe(200);
  return v.parse(v.pipe(v.string(), v.parseJson(), List), answer.body).sessions;
}

const end = async (browser: UserAgent, id: string, headers: Record<string, string> = { origin: url }) =>
  browser.send(`${url}/sessions/${id}`, { method: 'DELETE', headers });

async function idOf(browser: UserAgent): Promise<string> {
  const own = (await list(browser)).find(({ current }) => current);
  if (own === undefined) throw new Error('the list has no current session');
  return own.id;
}

/** So that the next test begins with its own two. */
async function endAll(browser: UserAgent): Promise<void> {
  if ((await browser.send(`${url}/sessions`)).status !== 200) return;
  const all = await list(browser);
  for (const { id } of all.toSorted((a, b) => Number(a.current) - Number(b.current))) await end(browser, id);
}

function expectError(answer: Answer, status: number, error: string): void {
  expect(answer.status).toBe(status);
  expect(JSON.parse(answer.body)).toStrictEqual({
    error,
    error_description: expect.any(String),
    request_id: expect.any(String),
  });
}

describe('GET /sessions', () => {
  it('lists both browsers, the latest first, and marks the one that asks', async () => {
    const seen = (sessions: Awaited<ReturnType<typeof list>>) =>
      sessions.map(({ userAgent, current }) => [userAgent, current]);
    expect(seen(await list(laptop))).toStrictEqual([
      ['Phone', false],
      ['Laptop', true],
    ]);
    expect(seen(await list(phone))).toStrictEqual([
      ['Phone', true],
      ['Laptop', false],
    ]);
  });

  it('says since when and from where, and uses the id that /session has', async () => {
    const before = Date.now();
    const [first] = await list(phone);
    expect(Math.abs(before - Date.parse(first?.createdAt ?? ''))).toBeLessThan(60_000);
    expect(first?.lastSeenAt).toBe(first?.createdAt);
    expect(['127.0.0.1', '::1']).toContain(first?.ip);
    expect(JSON.parse((await phone.send(`${url}/session`)).body)).toMatchObject({ sessionId: first?.id });
  });

  it('has a later time for a browser that came back and was refreshed', async () => {
    const { browser } = await signInExpired(gatehouse);
    const [first] = await list(browser);
    expect(first?.current).toBe(true);
    expect(Date.parse(first?.lastSeenAt ?? '')).toBeGreaterThan(Date.parse(first?.createdAt ?? ''));
  });

  it("has nothing of another user's", async () => {
    const bob = await signedIn('Bob', 'bob@example.com');
    expect((await list(bob)).map(({ userAgent }) => userAgent)).toStrictEqual(['Bob']);
    expect((await list(laptop)).map(({ userAgent }) => userAgent)).not.toContain('Bob');
    await endAll(bob);
  });

  it('has nothing of a session that signed out', async () => {
    await phone.visit(`${url}/logout`);
    expect((await list(laptop)).map(({ userAgent }) => userAgent)).toStrictEqual(['Laptop']);
  });

  it('names no session as WorkOS does', async () => {
    const { body } = await laptop.send(`${url}/sessions`);
    for (const { id } of workos.sessions) expect(body).not.toContain(id);
  });

  it('is kept by no cache', async () => {
    const { headers } = await laptop.send(`${url}/sessions`);
    expect(headers.get('cache-control')).toBe('private, no-store');
    expect(headers.get('vary')).toBe('Cookie, Authorization, Origin');
  });

  it('is for the signed-in alone', async () => {
    expectError(await new UserAgent().send(`${url}/sessions`), 401, 'unauthenticated');
  });
});

describe('DELETE /sessions/{id}', () => {
  it('ends another session, at WorkOS too, and may be repeated', async () => {
    const id = await idOf(phone);
    const remote = workos.sessions.at(-1)?.id;
    const answer = await end(laptop, id);
    expect(answer.status).toBe(204);
    expect(answer.body).toBe('');
    expect(answer.setCookies).toStrictEqual([]);
    expect(workos.sessions.find((session) => session.id === remote)?.endedAt).toBeInstanceOf(Date);
    expect((await list(laptop)).map(({ userAgent }) => userAgent)).toStrictEqual(['Laptop']);
    expect((await end(laptop, id)).status).toBe(204);
  });

  it('ends the one that asks, and clears its cookie', async () => {
    const answer = await end(phone, await idOf(phone));
    expect(answer.status).toBe(204);
    expect(answer.setCookies).toStrictEqual([cleared]);
    expect(await phone.cookies(url)).toStrictEqual({});
    expect(workos.sessions.at(-1)?.endedAt).toBeInstanceOf(Date);
    expectError(await phone.send(`${url}/sessions`), 401, 'unauthenticated');
  });

  it("does not know another user's, which goes on", async () => {
    const bob = await signedIn('Bob', 'bob@example.com');
    const id = await idOf(bob);
    expectError(await end(laptop, id), 404, 'not_found');
    expect((await list(bob)).map((session) => session.id)).toStrictEqual([id]);
    expect(workos.sessions.at(-1)?.endedAt).toBeUndefined();
    await endAll(bob);
  });

  it.each(['0'.repeat(32), 'x', '%00', '..%2f..%2fusers', 'a'.repeat(4000), "' OR 1=1"])(
    'does not know %s',
    async (id) => {
      expectError(await end(laptop, id), 404, 'not_found');
    },
  );

  it('refreshes an expired token on the way, and its answer has the new cookie', async () => {
    const { browser } = await signInExpired(gatehouse);
    const answer = await end(browser, await idOf(laptop));
    expect(answer.status).toBe(204);
    expect(answer.setCookies).toStrictEqual([expect.stringMatching(/^wos-session=Fe26\.2\*/)]);
    expectError(await laptop.send(`${url}/sessions`), 401, 'unauthenticated');
    await endAll(browser);
  });

  it('is for the signed-in alone', async () => {
    expectError(await end(new UserAgent(), await idOf(phone)), 401, 'unauthenticated');
  });
});

describe('DELETE /sessions/{id} with the cookie', () => {
  it.each([
    ['from our own page', { origin: url }],
    ['from our own page, which sends no referrer', { origin: 'null', 'sec-fetch-site': 'same-origin' }],
    ['from our own page, without Origin', { 'sec-fetch-site': 'same-origin' }],
    ['from a listed origin', { origin: 'http://localhost:5173', 'sec-fetch-site': 'same-site' }],
  ])('is obeyed %s', async (_, headers) => {
    expect((await end(laptop, await idOf(phone), headers)).status).toBe(204);
  });

  it.each([
    ['without Origin and fetch metadata', {}],
    ['from another site', { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' }],
    ['from a sibling that is not listed', { origin: 'http://localhost:5174', 'sec-fetch-site': 'same-site' }],
    ['from an origin that begins like a listed one', { origin: 'http://localhost:5173.evil.example' }],
    ['from a listed host over another scheme', { origin: 'https://localhost:5173' }],
    ['from a sandboxed page of another site', { origin: 'null', 'sec-fetch-site': 'cross-site' }],
    ['with Origin: null and nothing else', { origin: 'null' }],
  ])('is refused %s', async (_, headers) => {
    const id = await idOf(phone);
    expectError(await end(laptop, id, headers), 403, 'cross_site');
    expect((await list(phone)).some((session) => session.id === id)).toBe(true);
  });

  it('is not looked at when there is an Authorization header', async () => {
    const id = await idOf(phone);
    const answer = await end(laptop, id, { origin: url, authorization: 'Bearer of.no.use' });
    expectError(answer, 401, 'unauthenticated');
    expect(answer.setCookies).toStrictEqual([]);
    expect((await list(phone)).some((session) => session.id === id)).toBe(true);
  });
});

describe('when WorkOS does not answer a DELETE', () => {
  function expectTryLater(answer: Answer): void {
    expectError(answer, 503, 'temporarily_unavailable');
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(answer.setCookies).toStrictEqual([]);
  }

  it.each(['workos.revoke=503', 'workos.api=html', 'workos.api=429', 'workos.api=lost'])(
    '(%s) the session is ended here at once, and a repeat ends it there',
    async (fault) => {
      const id = await idOf(phone);
      faults.set(fault);
      expectTryLater(await end(laptop, id));
      expectError(await phone.send(`${url}/sessions`), 401, 'unauthenticated');
      expect(workos.sessions.at(-1)?.endedAt).toBeUndefined();

      faults.clear();
      expect((await end(laptop, id)).status).toBe(204);
      expect(workos.sessions.at(-1)?.endedAt).toBeInstanceOf(Date);
    },
  );

  it('the session that asks keeps its cookie for the repeat, which clears it', async () => {
    const id = await idOf(phone);
    faults.set('workos.revoke=503');
    expectTryLater(await end(phone, id));
    expectError(await phone.send(`${url}/sessions`), 401, 'unauthenticated');

    faults.clear();
    const answer = await end(phone, id);
    expect(answer.status).toBe(204);
    expect(answer.setCookies).toStrictEqual([cleared]);
    expect(workos.sessions.at(-1)?.endedAt).toBeInstanceOf(Date);
  });

  it('a user who is gone there has no session left to end', async () => {
    const id = await idOf(phone);
    faults.set('workos.api=404');
    expect((await end(laptop, id)).status).toBe(204);
  });
});

describe('when the table does not answer', () => {
  it('nothing is listed, nothing is ended, and the cookie stays', async () => {
    const id = await idOf(phone);
    faults.set('dynamodb=throttle');
    const answers = [await laptop.send(`${url}/sessions`), await end(laptop, id)];
    for (const answer of answers) {
      expectError(answer, 503, 'temporarily_unavailable');
      expect(answer.setCookies).toStrictEqual([]);
    }
    faults.clear();
    expect((await list(phone)).some((session) => session.id === id)).toBe(true);
  });
});
