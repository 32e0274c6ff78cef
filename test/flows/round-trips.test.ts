/** What each route asks of AWS and WorkOS, once its instance is warm: every call is time that someone waits. */
import { describe, expect, it } from 'vitest';
import { callsDuring } from '../support/outbound-calls.ts';
import { startGatehouse } from '../support/gatehouse.ts';
import { expireAccessToken } from '../support/session-seals.ts';
import { UserAgent } from '../support/user-agent.ts';

const gatehouse = await startGatehouse();
const { url } = gatehouse;

/** A browser with a session; every instance it met on the way is warm. */
const browser = new UserAgent();
await browser.signIn(url, { return_to: '/dashboard' });
for (const path of ['/', '/session', '/nothing', '/login?error=x', '/callback?code=x&state=x'])
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
    ['/dashboard', { 'dynamodb.GetItem': 1, 'dynamodb.Query': 2 }],
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

describe('KMS', () => {
  it('is asked by no part of signing in on the web', () => {
    expect(gatehouse.aws.calls.get('kms.Decrypt')).toBeUndefined();
  });
});
