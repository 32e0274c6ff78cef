/**
 * Threat 15: no race of a sign-out brings a session back, an ended one is refused within the stated bound, and what cannot be
 * read or told never lets anyone in, nor is it a failure of ours (GHSA-xmf8-cvqr-rfgj, GHSA-8fpg-xm3f-6cx3).
 */
import { afterEach, describe, expect, it } from 'vitest';
import { password } from '../support/cookie-passwords.ts';
import { signInExpired } from '../support/expired-sign-in.ts';
import { startGatehouse } from '../support/gatehouse.ts';
import { operatorOf } from '../support/operator.ts';
import { expireAccessToken, sealOf } from '../support/session-seals.ts';
import { type Answer, UserAgent } from '../support/user-agent.ts';

const gatehouse = await startGatehouse();
const { url, workos, faults } = gatehouse;
const operator = operatorOf(gatehouse);
const routes = ['/', '/session', '/sessions', '/dashboard'] as const;
const cleared = 'wos-session=; Max-Age=0; Path=/; HttpOnly; Secure; SameSite=Lax';

afterEach(() => faults.clear());

/** Every seal that was ever handed out. */
const sealsIn = (answers: readonly Answer[]): string[] =>
  answers.flatMap(({ setCookies }) => setCookies.flatMap((cookie) => /^wos-session=([^;]+);/.exec(cookie)?.[1] ?? []));

async function withSeal(seal: string): Promise<UserAgent> {
  const browser = new UserAgent();
  await browser.plant(url, 'wos-session', seal);
  return browser;
}

/** Refused where the row is read, and nothing new comes of it anywhere. */
async function expectOver(seal: string): Promise<void> {
  const copy = await withSeal(seal);
  const answers = [await copy.send(`${url}/sessions`), await copy.send(`${url}/session`)];
  expect(answers[0]?.status).toBe(401);
  expect(sealsIn(answers)).toStrictEqual([]);
}

describe('a sign-out in the middle of refreshes', () => {
  it.each([0, 20, 60, 150, 300])('(WorkOS takes %i ms) leaves no cookie that is good for anything', async (ms) => {
    const { browser, remote } = await signInExpired(gatehouse);
    const old = await sealOf(browser, url);
    faults.set(`workos.authenticate=slow:${ms}`);
    const ask = (): Promise<Answer> => browser.send(`${url}/session`);
    const answers = await Promise.all([ask(), ask(), browser.visit(`${url}/logout`), ask(), ask()]);
    faults.clear();
    expect(remote().endedAt).toBeInstanceOf(Date);
    for (const seal of [old, ...sealsIn(answers)]) await expectOver(seal);
  });

  it.each([0, 60, 300])('(WorkOS takes %i ms) by DELETE does so too', async (ms) => {
    const { browser, remote } = await signInExpired(gatehouse);
    const { sessionId } = JSON.parse((await browser.send(`${url}/session`)).body) as { sessionId: string };
    await expireAccessToken(gatehouse, browser);
    const old = await sealOf(browser, url);
    const laptop = new UserAgent();
    await laptop.signIn(url);
    faults.set(`workos.authenticate=slow:${ms}`);
    const ask = (): Promise<Answer> => browser.send(`${url}/session`);
    const end = (): Promise<Answer> =>
      laptop.send(`${url}/sessions/${sessionId}`, { method: 'DELETE', headers: { origin: url } });
    const answers = await Promise.all([ask(), end(), ask(), ask()]);
    faults.clear();
    expect(answers[1]?.status).toBe(204);
    expect(remote().endedAt).toBeInstanceOf(Date);
    for (const seal of [old, ...sealsIn(answers)]) await expectOver(seal);
  });
});

describe('the cookie', () => {
  it('is cleared with the attributes that it was set with, or browsers would keep it', async () => {
    const browser = new UserAgent();
    const answer = await browser.send(await browser.signInUpToCallback(url));
    const attributesOf = (cookie = ''): string[] =>
      cookie.split('; ').filter((part) => !/^(?:wos-session|Max-Age)=/.test(part));
    const set = answer.setCookies.find((cookie) => cookie.startsWith('wos-session='));
    const [removed] = (await browser.send(`${url}/logout`)).setCookies;
    expect(attributesOf(removed)).toStrictEqual(attributesOf(set));
    expect(removed).toBe(cleared);
  });
});

describe('what cannot be read', () => {
  const junk = [
    '',
    'null',
    '{}',
    'Fe26.2',
    'Fe26.2*1*******~2',
    'Fe26.2*1*!*@*#*$*%*^*&~2',
    `Fe26.2*1*${'a'.repeat(43)}*b*c*d*e*f~2`,
    '%',
    '%ff%fe',
    '"quoted',
    'a=b=c',
    '\u00fc\u00df',
    'x'.repeat(5_000),
  ];

  it.each(junk)('as a cookie (%j) signs nobody in and is no failure of ours', async (value) => {
    for (const route of routes) {
      const answer = await new UserAgent().send(url + route, {
        headers: { cookie: `wos-session=${Buffer.from(value).toString('latin1')}` },
      });
      expect(answer.status).toBeLessThan(500);
      expect(answer.body).not.toContain('@example.com');
      expect(sealsIn([answer])).toStrictEqual([]);
    }
  });

  const authorizations = [
    'Bearer',
    'Bearer ',
    'bearer x',
    'Bearer a.b.c',
    'Bearer null',
    'Basic YWxpY2U6c2VjcmV0',
    'DPoP x',
    'Bearer Bearer x',
    `Bearer ${'x'.repeat(5_000)}`,
    'Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiJ1c2VyXzEifQ.',
    '\u00fc',
  ];

  it.each(authorizations)('as Authorization (%j) signs nobody in, and the cookie beside it neither', async (value) => {
    const browser = new UserAgent();
    await browser.signIn(url);
    for (const route of routes) {
      const answer = await browser.send(url + route, {
        headers: { authorization: Buffer.from(value).toString('latin1') },
      });
      expect(answer.status).toBe({ '/': 200, '/session': 401, '/sessions': 401, '/dashboard': 302 }[route]);
      expect(answer.body).not.toContain('alice@example.com');
      expect(answer.setCookies).toStrictEqual([]);
    }
    expect((await browser.send(`${url}/session`)).status).toBe(200);
  });
});

describe('a mistake in the configuration, or at the provider, lets nobody in', () => {
  /** On new instances, which read their secrets; put right again afterwards. */
  async function withSecret(purpose: 'cookie' | 'workos', fields: Record<string, unknown>, work: () => Promise<void>) {
    const right = {
      cookie: { WORKOS_COOKIE_PASSWORD: password },
      workos: { WORKOS_API_KEY: workos.apiKey, WORKOS_CLIENT_ID: workos.clientId },
    };
    const restart = (): void => ['session', 'sessions'].forEach((name) => gatehouse.killInstances(name));
    await operator.putSecret(purpose, fields);
    restart();
    try {
      await work();
    } finally {
      await operator.putSecret(purpose, right[purpose]);
      restart();
    }
  }

  it.each([
    ["another client's id", 'workos', { WORKOS_API_KEY: workos.apiKey, WORKOS_CLIENT_ID: 'client_of_somebody_else' }],
    ['no client id', 'workos', { WORKOS_API_KEY: workos.apiKey }],
    ['a cookie password that is too short', 'cookie', { WORKOS_COOKIE_PASSWORD: 'short' }],
    ['no cookie password', 'cookie', {}],
    ['another cookie password', 'cookie', { WORKOS_COOKIE_PASSWORD: 'not the one that the seal was made with' }],
  ] as const)('%s', async (_, purpose, fields) => {
    const browser = new UserAgent();
    await browser.signIn(url);
    const seal = await sealOf(browser, url);
    await withSecret(purpose, fields, async () => {
      for (const route of ['/session', '/sessions']) {
        const answer = await (await withSeal(seal)).send(url + route);
        expect([401, 503]).toContain(answer.status);
        expect(answer.body).not.toContain('alice@example.com');
        expect(sealsIn([answer])).toStrictEqual([]);
      }
    });
    expect((await (await withSeal(seal)).send(`${url}/session`)).status).toBe(200);
  });

  it('keys of WorkOS that are none', async () => {
    const browser = new UserAgent();
    await browser.signIn(url);
    await operator.forgetWorkosKeys();
    gatehouse.killInstances('session');
    faults.set('workos.jwks=html');
    const answer = await browser.send(`${url}/session`);
    expect(answer.status).toBe(503);
    expect(answer.body).not.toContain('alice@example.com');
  });

  it('a table that cannot be read, where the row has the last word', async () => {
    const browser = new UserAgent();
    await browser.signIn(url);
    faults.set('dynamodb.GetItem=throttle');
    const answer = await browser.send(`${url}/sessions`);
    expect(answer.status).toBe(503);
    expect(answer.setCookies).toStrictEqual([]);
  });
});
