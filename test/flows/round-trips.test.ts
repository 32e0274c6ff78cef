/** What each route asks of AWS and WorkOS, once its instance is warm: every call is time that someone waits. */
import { describe, expect, it } from 'vitest';
import { signInToApp } from '../support/app-sign-in.ts';
import { callsDuring } from '../support/outbound-calls.ts';
import { startGatehouse } from '../support/gatehouse.ts';
import { expireAccessToken } from '../support/session-seals.ts';
import { UserAgent } from '../support/user-agent.ts';

const gatehouse = await startGatehouse();
const { url } = gatehouse;

/** A browser with a session; every instance it met on the way is warm. */
const browser = new UserAgent();
await browser.signIn(url, { return_to: '/dashboard' });
for (const path of [
  '/',
  '/session',
  '/modules',
  '/gmail/mailbox',
  '/nothing',
  '/login?error=x',
  '/callback?code=x&state=x',
])
  await browser.send(url + path);
const page = await browser.send(`${url}/`);
const stylesheet = /\/assets\/[^"]+\.css/.exec(page.body)?.[0] ?? '';
await browser.send(url + stylesheet);
// With a session: without one it answers before it has read the secret that it starts to read.
const leaving = new UserAgent();
await leaving.signIn(url);
await leaving.send(`${url}/logout`);

const callsOf = async (path: string, user = browser) => callsDuring(gatehouse, () => user.send(url + path));

describe('a warm instance', () => {
  it.each([
    ['/', {}],
    ['/session', {}],
    ['/login', {}],
    ['/login?error=access_denied', {}],
    ['/callback', {}],
    ['/callback?code=x&state=foreign', {}],
    ['/nothing', {}],
    [stylesheet, {}],
    // Whether session and user stand, and what there is.
    ['/modules', { 'dynamodb.GetItem': 2, 'dynamodb.Query': 1 }],
    ['/gmail/mailbox', { 'dynamodb.GetItem': 3 }],
    // Sessions in browsers, sessions in apps, connections.
    ['/dashboard', { 'dynamodb.GetItem': 1, 'dynamodb.Query': 3 }],
  ])('asks for %s: %j', async (path, calls) => {
    expect(await callsOf(path)).toStrictEqual(calls);
  });

  it('asks nobody about who is not signed in', async () => {
    for (const path of ['/', '/session', '/dashboard', '/logout']) {
      expect(await callsOf(path, new UserAgent())).toStrictEqual({});
    }
  });

  it('finishes a login with one call to WorkOS, a write for the user, one for the session, and one event', async () => {
    const callback = await browser.signInUpToCallback(url);
    expect(await callsDuring(gatehouse, () => browser.send(callback))).toStrictEqual({
      'workos.authenticate': 1,
      'dynamodb.UpdateItem': 2,
      'events.PutEvents': 1,
    });
  });

  it('refreshes with one call to WorkOS: a lease taken and given back, and a look at the user beside it', async () => {
    await expireAccessToken(gatehouse, browser);
    expect(await callsOf('/session')).toStrictEqual({
      'workos.authenticate': 1,
      'dynamodb.UpdateItem': 2,
      'dynamodb.GetItem': 1,
    });
  });

  it('signs out with one write and one event, and leaves WorkOS to the browser', async () => {
    expect(await callsOf('/logout')).toStrictEqual({ 'dynamodb.UpdateItem': 1, 'events.PutEvents': 1 });
  });
});

describe('a new instance', () => {
  it.each([
    ['home', '/', { 'secretsmanager.GetSecretValue': 2, 'dynamodb.GetItem': 1 }],
    ['session', '/session', { 'secretsmanager.GetSecretValue': 2, 'dynamodb.GetItem': 1 }],
    ['login', '/login', { 'secretsmanager.GetSecretValue': 2 }],
    ['default-route', '/nothing', {}],
    ['assets', stylesheet, {}],
  ])('of %s reads its secrets and keys once: %s %j', async (name, path, calls) => {
    const user = new UserAgent();
    await user.signIn(url);
    gatehouse.killInstances(name);
    expect(await callsOf(path, user)).toStrictEqual(calls);
    expect(await callsOf(path, user)).toStrictEqual({});
  });

  it('of callback reads no keys: the token comes from WorkOS itself', async () => {
    const user = new UserAgent();
    const callback = await user.signInUpToCallback(url);
    gatehouse.killInstances('callback');
    expect(await callsDuring(gatehouse, () => user.send(callback))).toStrictEqual({
      'secretsmanager.GetSecretValue': 2,
      'workos.authenticate': 1,
      'dynamodb.UpdateItem': 2,
      'events.PutEvents': 1,
    });
  });
});

describe('a new instance of modules', () => {
  it('reads what the session takes, and neither a provider’s secret nor a key of tokens', async () => {
    const user = new UserAgent();
    await user.signIn(url);
    gatehouse.killInstances('modules');
    expect(await callsOf('/modules', user)).toStrictEqual({
      'secretsmanager.GetSecretValue': 2,
      'dynamodb.GetItem': 3,
      'dynamodb.Query': 1,
    });
  });
});

describe('KMS', () => {
  it('is asked by no part of signing in on the web', () => {
    expect(gatehouse.aws.calls.get('kms.Decrypt')).toBeUndefined();
  });
});

describe('a new instance of what exchanges a refresh token', () => {
  const post = (user: UserAgent, path: string, type: string, body: string) =>
    user.send(url + path, { method: 'POST', headers: { 'content-type': type }, body });
  const asJson = (user: UserAgent, refreshToken: string) =>
    post(user, '/native/session/refresh', 'application/json', JSON.stringify({ refreshToken }));
  const asForm = (user: UserAgent, refreshToken: string) => {
    const form = { grant_type: 'refresh_token', client_id: 'gatehouse-native', refresh_token: refreshToken };
    return post(user, '/oauth/token', 'application/x-www-form-urlencoded', String(new URLSearchParams(form)));
  };

  it.each([
    ['native-session-refresh', asJson],
    ['oauth-token', asForm],
  ])('reads keys and no secret: WorkOS is asked at most hourly (%s)', async (name, refresh) => {
    const { refreshToken } = await signInToApp(url);
    gatehouse.killInstances(name);
    const user = new UserAgent();
    const calls = await callsDuring(gatehouse, async () => {
      expect((await refresh(user, refreshToken)).status).toBe(200);
    });
    expect(calls).toStrictEqual({
      'dynamodb.Query': 2,
      'kms.Decrypt': 2,
      'dynamodb.GetItem': 2,
      'dynamodb.PutItem': 1,
      'dynamodb.UpdateItem': 1,
    });
  });
});
