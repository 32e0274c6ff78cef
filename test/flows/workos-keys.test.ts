/** WorkOS's signing keys: from our own copy at start, kept through an outage, and replaced without anyone noticing. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { callsDuring } from '../support/outbound-calls.ts';
import { startGatehouse } from '../support/gatehouse.ts';
import { operatorOf } from '../support/operator.ts';
import { sealOf } from '../support/session-seals.ts';
import { UserAgent } from '../support/user-agent.ts';

const gatehouse = await startGatehouse();
const { url, workos, faults } = gatehouse;
const operator = operatorOf(gatehouse);
const routes = ['/', '/session', '/dashboard'];

/** Login and callback keep theirs: they are only the way in. */
function restart(...functions: string[]): void {
  for (const name of functions) gatehouse.killInstances(name);
}

afterEach(() => faults.clear());

async function signedIn(): Promise<UserAgent> {
  const browser = new UserAgent();
  await browser.signIn(url);
  return browser;
}

describe('a new instance', () => {
  it('goes by our own copy and asks WorkOS nothing, also while WorkOS is away', async () => {
    const browser = await signedIn();
    restart('session');
    faults.set('workos.jwks=503');
    const calls = await callsDuring(gatehouse, async () => {
      expect((await browser.send(`${url}/session`)).status).toBe(200);
    });
    expect(calls).not.toHaveProperty('workos.jwks');
  });
});

describe.each(['503', 'html', 'lost'])('without a copy, when the keys cannot be had (%s)', (fault) => {
  beforeEach(() => operator.forgetWorkosKeys());
  afterEach(() => gatehouse.invoke('rotate-keys', {}));

  it('a new instance answers 503, keeps the cookie, and works as soon as they can', async () => {
    const browser = await signedIn();
    const seal = await sealOf(browser, url);
    restart('home', 'session', 'dashboard');
    faults.set(`workos.jwks=${fault}`);
    for (const route of routes) {
      const answer = await browser.send(url + route);
      expect(answer.status).toBe(503);
      expect(answer.headers.get('retry-after')).toBe('5');
      expect(answer.setCookies).toStrictEqual([]);
    }
    expect(await sealOf(browser, url)).toBe(seal);

    faults.clear();
    for (const route of routes) expect((await browser.send(url + route)).body).toContain('alice@example.com');
  });
});

describe('while the keys cannot be had', () => {
  beforeEach(() => faults.set('workos.jwks=503'));

  it('a new instance serves who is not signed in', async () => {
    restart('home', 'session');
    expect((await new UserAgent().send(`${url}/`)).status).toBe(200);
    expect((await new UserAgent().send(`${url}/session`)).status).toBe(401);
  });

  it('an instance that has them goes on with those', async () => {
    faults.clear();
    const browser = await signedIn();
    await browser.send(`${url}/session`);
    faults.set('workos.jwks=503');
    expect((await browser.send(`${url}/session`)).status).toBe(200);
  });
});

describe('when WorkOS signs with a new key', () => {
  it('sessions of the old key go on while it is published', async () => {
    const browser = await signedIn();
    workos.rotateSigningKey();
    restart('session');
    const calls = await callsDuring(gatehouse, async () => {
      expect((await browser.send(`${url}/session`)).status).toBe(200);
    });
    expect(calls).not.toHaveProperty('workos.authenticate');
  });

  it('sessions of a withdrawn key are refreshed, once our copy is renewed', async () => {
    const browser = await signedIn();
    workos.rotateSigningKey({ withdrawOldKeys: true });
    await gatehouse.invoke('rotate-keys', {});
    restart('session');
    const answer = await browser.send(`${url}/session`);
    expect(answer.status).toBe(200);
    expect(answer.setCookies).toHaveLength(1);
  });

  it('people can sign in at once', async () => {
    await signedIn();
    workos.rotateSigningKey();
    const browser = await signedIn();
    expect((await browser.send(`${url}/session`)).status).toBe(200);
  });
});
