/** `GET /session`, `GET /sessions`, `DELETE /sessions/{id}` and the account page, for and about native apps. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type AppSession, signInToApp } from '../support/app-sign-in.ts';
import { createDpopKey } from '../support/dpop-key.ts';
import { startGatehouse } from '../support/gatehouse.ts';
import { operatorOf } from '../support/operator.ts';
import { callsDuring } from '../support/outbound-calls.ts';
import { UserAgent } from '../support/user-agent.ts';

const gatehouse = await startGatehouse();
const { url, workos, faults } = gatehouse;
const operator = operatorOf(gatehouse);

let app: AppSession;
let laptop: UserAgent;
beforeEach(async () => {
  app = await signInToApp(url);
  laptop = new UserAgent({ 'user-agent': 'Laptop' });
  await laptop.signIn(url);
});
afterEach(() => faults.clear());

const by = ({ token }: Pick<AppSession, 'token'>) => ({ authorization: `Bearer ${token}` });
const send = (path: string, headers: Readonly<Record<string, string>>, method = 'GET') =>
  new UserAgent().send(url + path, { method, headers });

interface Listed {
  readonly id: string;
  readonly kind: string;
  readonly current: boolean;
}
const listedIn = (body: string) => (JSON.parse(body) as { readonly sessions: readonly Listed[] }).sessions;
const remoteOf = (before: number) => workos.sessions.slice(before);

describe('GET /session with a JWT', () => {
  it('tells who is signed in, in the shape that a browser gets', async () => {
    const answer = await send('/session', by(app));
    expect(answer.status).toBe(200);
    const told = JSON.parse(answer.body) as Record<string, unknown>;
    const ofBrowser = JSON.parse((await laptop.send(`${url}/session`)).body) as Record<string, unknown>;
    expect(told).toStrictEqual({ ...ofBrowser, sessionId: app.sessionId, expiresAt: told['expiresAt'] });
    const lifetimeMs = Date.parse(String(told['expiresAt'])) - Date.now();
    expect(lifetimeMs / 1000).toBeGreaterThan(3_500);
    expect(lifetimeMs / 1000).toBeLessThanOrEqual(3_600);
  });

  it('is kept by no cache, and sets no cookie', async () => {
    const { headers, setCookies } = await send('/session', by(app));
    expect(headers.get('cache-control')).toBe('private, no-store');
    expect(headers.get('vary')).toBe('Cookie, Authorization, Origin');
    expect(setCookies).toStrictEqual([]);
  });

  it('asks the two tables about session and user, and WorkOS nothing; a cookie costs what it did', async () => {
    await send('/session', by(app));
    const calls = await callsDuring(gatehouse, () => send('/session', by(app)));
    expect(calls).toStrictEqual({ 'dynamodb.GetItem': 2 });
    await laptop.send(`${url}/session`);
    expect(await callsDuring(gatehouse, () => laptop.send(`${url}/session`))).toStrictEqual({});
  });

  it('wants a proof for a token that is bound, for this request and once', async () => {
    const key = await createDpopKey();
    const bound = await signInToApp(url, { key });
    const prove = (method: string, path: string) => key.prove({ method, url: url + path, accessToken: bound.token });
    const authorization = `DPoP ${bound.token}`;
    const proof = await prove('GET', '/session');
    expect((await send('/session', { authorization, dpop: proof })).status).toBe(200);
    expect((await send('/session', { authorization, dpop: proof })).status).toBe(401);
    expect((await send('/session', { authorization, dpop: await prove('GET', '/sessions') })).status).toBe(401);
    expect((await send('/session', { authorization })).status).toBe(401);
    expect((await send('/session', by(bound))).status).toBe(401);
    const path = `/sessions/${bound.sessionId}`;
    expect((await send(path, { authorization, dpop: await prove('DELETE', path) }, 'DELETE')).status).toBe(204);
  });
});

describe('GET /sessions', () => {
  it('lists browsers and apps, and marks the one that asks, whichever it is', async () => {
    const ofApp = listedIn((await send('/sessions', by(app))).body);
    const ofLaptop = listedIn((await laptop.send(`${url}/sessions`)).body);
    expect(ofApp.map(({ id }) => id)).toStrictEqual(ofLaptop.map(({ id }) => id));
    expect(ofApp.find(({ id }) => id === app.sessionId)).toMatchObject({ kind: 'native', current: true });
    expect(ofApp.filter(({ current }) => current)).toHaveLength(1);
    expect(ofLaptop.find(({ current }) => current)).toMatchObject({ kind: 'web' });
  });

  it("has nothing of another user's apps", async () => {
    const bobs = await signInToApp(url, { email: 'bob@example.com' });
    expect((await laptop.send(`${url}/sessions`)).body).not.toContain(bobs.sessionId);
    expect((await send('/sessions', by(bobs))).body).not.toContain(app.sessionId);
    expect((await send(`/sessions/${bobs.sessionId}`, by(app), 'DELETE')).status).toBe(404);
    expect((await send('/session', by(bobs))).status).toBe(200);
  });
});

describe('DELETE /sessions/{id}', () => {
  it('ends an app from a browser: its JWT at once, its refresh token, and its session at WorkOS', async () => {
    const before = workos.sessions.length;
    const lost = await signInToApp(url);
    const headers = { origin: url };
    expect((await laptop.send(`${url}/sessions/${lost.sessionId}`, { method: 'DELETE', headers })).status).toBe(204);
    for (const path of ['/session', '/sessions']) expect((await send(path, by(lost))).status).toBe(401);
    const refresh = await new UserAgent().send(`${url}/native/session/refresh`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ refreshToken: lost.refreshToken }),
    });
    expect(refresh.status).toBe(401);
    expect(remoteOf(before).map(({ endedAt }) => endedAt)).toStrictEqual([expect.any(Date)]);
    expect(gatehouse.aws.events.at(-1)).toMatchObject({
      detailType: 'native.session.revoked',
      detail: { userId: lost.uid, sessionId: lost.sessionId, clientId: 'gatehouse-native', reason: 'ended_by_user' },
    });
  });

  it('ends the app that asks, needs no origin for it, and its token is over', async () => {
    expect((await send(`/sessions/${app.sessionId}`, by(app), 'DELETE')).status).toBe(204);
    expect((await send('/session', by(app))).status).toBe(401);
  });

  it('ends a browser from an app', async () => {
    const { id = '' } = listedIn((await laptop.send(`${url}/sessions`)).body).find(({ current }) => current) ?? {};
    expect((await send(`/sessions/${id}`, by(app), 'DELETE')).status).toBe(204);
    expect((await laptop.send(`${url}/sessions`)).status).toBe(401);
  });

  it('is repeated until WorkOS has heard', async () => {
    const before = workos.sessions.length;
    const lost = await signInToApp(url);
    const end = () => laptop.send(`${url}/sessions/${lost.sessionId}`, { method: 'DELETE', headers: { origin: url } });
    faults.set('workos.revoke=503');
    expect((await end()).status).toBe(503);
    expect((await send('/session', by(lost))).status).toBe(401);
    faults.clear();
    expect((await end()).status).toBe(204);
    expect(remoteOf(before).map(({ endedAt }) => endedAt)).toStrictEqual([expect.any(Date)]);
  });
});

describe('the account page', () => {
  it('names the app, and its button ends it', async () => {
    const { body } = await laptop.send(`${url}/dashboard`);
    expect(body).toContain('Gatehouse sample app');
    const action = `/sessions/${app.sessionId}/end`;
    expect(body).toContain(`action="${action}"`);
    const headers = { origin: 'null', 'sec-fetch-site': 'same-origin' };
    const answer = await laptop.send(url + action, { method: 'POST', headers });
    expect([answer.status, answer.location]).toStrictEqual([303, `${url}/dashboard`]);
    expect((await send('/session', by(app))).status).toBe(401);
  });

  it('has a button that no other site can press', async () => {
    const headers = { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' };
    const answer = await laptop.send(`${url}/sessions/${app.sessionId}/end`, { method: 'POST', headers });
    expect(answer.status).toBe(403);
    expect(answer.body).toContain('<code>cross_site</code>');
    expect((await send('/session', by(app))).status).toBe(200);
  });
});

describe.each(['disabled', 'deleted'] as const)('an app of a user who was %s', (status) => {
  afterEach(() => operator.setUserStatus(app.uid, 'active'));

  it('is refused at once', async () => {
    await operator.setUserStatus(app.uid, status);
    expect((await send('/session', by(app))).status).toBe(401);
    expect((await send('/sessions', by(app))).status).toBe(401);
  });
});

describe('when a table does not answer', () => {
  it('nobody is signed out for it: an app hears 503', async () => {
    faults.set('dynamodb.GetItem=throttle');
    const answer = await send('/session', by(app));
    expect(answer.status).toBe(503);
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
  });
});
