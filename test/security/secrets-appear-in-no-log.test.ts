/** Threat 25: secrets in logs, events and error pages (the counter-example: cloudfront-auth's logs of whole requests and tokens). */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { functionRoles } from '../../lib/local/aws/credentials.ts';
import type { LogEntry } from '../../lib/local/local-cloud.ts';
import { password } from '../support/cookie-passwords.ts';
import { startGatehouse } from '../support/gatehouse.ts';
import { signInToApp, startNativeApp } from '../support/native-app.ts';
import { nextCallOf } from '../support/outbound-calls.ts';
import { operatorOf } from '../support/operator.ts';
import { sendRaw } from '../support/raw-request.ts';
import { SecretWitness } from '../support/secret-witness.ts';
import { expireAccessToken, makeSeal, openSeal, sealOf } from '../support/session-seals.ts';
import type { UserAgent } from '../support/user-agent.ts';

/** What a person who runs `npm start` sees of requests and of AWS. */
const printed: LogEntry[] = [];
const gatehouse = await startGatehouse({
  onLog: (entry) => {
    if (entry.kind === 'request' || entry.kind === 'aws') printed.push(entry);
  },
});
const { url, workos, faults, aws, deployment } = gatehouse;
const operator = operatorOf(gatehouse);

const witness = new SecretWitness(url);

async function expiredSession(): Promise<UserAgent> {
  const browser = witness.browser();
  await browser.signIn(url);
  await expireAccessToken(gatehouse, browser);
  await witness.rememberSession(await sealOf(browser, url));
  return browser;
}

async function everythingThatWorks(): Promise<void> {
  const browser = witness.browser();
  await browser.signIn(url, { return_to: '/dashboard', invitation_token: 'invitation-canary-0815' });
  await browser.signIn(url, { provider: 'GoogleOAuth', login_hint: 'bob@example.com' });
  await browser.send(`${url}/session`);
  await (await expiredSession()).send(`${url}/dashboard`);
  await browser.send(`${url}/logout`, { headers: { 'sec-fetch-site': 'cross-site' } });
  await browser.visit(`${url}/logout`);
  await browser.visit(await workos.callbackWithoutState('bob@example.com'));
}

async function loginsToApps(): Promise<void> {
  const asking = { client_id: 'gatehouse-asking', redirect_uri: 'yourappscheme://asking/success' };
  await signInToApp(startNativeApp(url), { browser: witness.browser() });
  for (const decision of ['continue', 'cancel']) {
    const browser = witness.browser();
    const { body } = await browser.visit(startNativeApp(url, asking).loginUrl);
    const field = (name: string) => new RegExp(`name="${name}" value="([^"]+)"`).exec(body)?.[1] ?? '';
    const form = { flow: field('flow'), confirmation: field('confirmation'), decision };
    witness.remember('confirmation', form.confirmation);
    for (const site of ['cross-site', 'same-origin', 'same-origin']) {
      await browser.send(`${url}/login/confirm`, {
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded', 'sec-fetch-site': site },
        body: new URLSearchParams(form).toString(),
      });
    }
  }
  await witness.browser().send(startNativeApp(url, { redirect_uri: 'https://evil.example/' }).loginUrl);
  await witness.browser().send(startNativeApp(url, { code_challenge: 'x' }).loginUrl);
}

async function loginsThatFail(): Promise<void> {
  const replayer = witness.browser();
  const callback = await replayer.signInUpToCallback(url);
  const cookies = await replayer.loginCookies(url);
  await replayer.visit(callback);
  await replayer.visit(`${url}/logout`);
  for (const { name, value } of cookies) await replayer.plant(url, name, value);
  // WorkOS's refusal quotes the code.
  await replayer.visit(callback);
  await witness.browser().visit(callback);
  await witness
    .browser()
    .visit(`${callback}&error=access_denied&error_description=${new URL(callback).searchParams.get('code')}`);

  for (const demand of [
    'mfa_challenge',
    'organization_selection_required',
    'radar_challenge',
    'sso_required',
  ] as const) {
    workos.settings.demand = demand;
    await witness.browser().signIn(url);
    await (await expiredSessionUnder(demand)).send(`${url}/session`);
  }
  workos.settings.demand = undefined;
}

async function expiredSessionUnder(demand: typeof workos.settings.demand): Promise<UserAgent> {
  workos.settings.demand = undefined;
  const browser = await expiredSession();
  workos.settings.demand = demand;
  return browser;
}

/** One failure of each kind: an answer that says so, one that says nothing, and none. */
const trouble = [
  ...['400', '403', '429', '500', 'html', 'lost'].map((fault) => `workos.authenticate=${fault}`),
  ...['403', 'html', 'lost'].map((fault) => `workos.jwks=${fault}`),
  ...['403', 'html', 'lost'].map((fault) => `dynamodb=${fault},events=${fault}`),
  ...['403', 'html', 'lost'].map((fault) => `secretsmanager=${fault}`),
];

async function troubleBehindUs(): Promise<void> {
  for (const rules of trouble) {
    const browser = await expiredSession();
    if (/jwks|secretsmanager/.test(rules)) gatehouse.killInstances();
    faults.set(rules);
    await witness.browser().signIn(url);
    await browser.send(`${url}/session`);
    await browser.send(`${url}/dashboard`);
    await browser.visit(`${url}/logout`);
    faults.clear();
  }
}

async function requestsThatMakeNoSense(): Promise<void> {
  const browser = await expiredSession();
  const seal = await sealOf(browser, url);
  const cookies = [
    '%E0%A4%A',
    seal.slice(0, -9),
    seal.replaceAll('*', '%2'),
    await makeSeal({ user: seal }),
    `${seal}; wos-session=${seal}`,
  ];
  for (const cookie of cookies) {
    for (const path of ['/', '/session', '/dashboard', '/logout', '/callback?code=x&state=y']) {
      await sendRaw(url, { path, headers: [['Cookie', `wos-session=${cookie}`]] });
    }
  }
  const authorization = `Bearer ${(await openSeal(seal)).accessToken}`;
  await browser.send(`${url}/session`, { headers: { authorization } });
  await browser.send(`${url}/nothing?code=${seal}`, { method: 'POST', headers: { authorization }, body: seal });
  await browser.send(`${url}/logout`, {
    method: 'POST',
    headers: { origin: `https://${seal.slice(-20, -2)}.example` },
  });
}

async function functionsThatCrash(): Promise<void> {
  const seal = await sealOf(await expiredSession(), url);
  const broken = {
    cookies: [`wos-session=${seal}`],
    headers: null,
    rawQueryString: `code=${seal}`,
    requestContext: seal,
  };
  for (const name of gatehouse.functionNames) {
    await gatehouse.invoke(name, broken).catch(() => undefined);
    await gatehouse
      .invoke(name, { ...broken, requestContext: { http: { method: 'GET' } }, rawPath: seal })
      .catch(() => undefined);
  }
  // Killed in the middle of a code exchange.
  const browser = witness.browser();
  const callback = await browser.signInUpToCallback(url);
  faults.set('workos.authenticate=hang');
  const exchange = nextCallOf(gatehouse, 'workos.authenticate');
  const answer = browser.send(callback);
  await exchange;
  gatehouse.killInstances('callback');
  await answer;
  faults.clear();
}

async function operatorsWhoErr(): Promise<void> {
  witness.remember('API key', 'sk_canary_that_is_wrong');
  await operator.putSecret('workos', { WORKOS_API_KEY: 'sk_canary_that_is_wrong', WORKOS_CLIENT_ID: workos.clientId });
  gatehouse.killInstances();
  await witness.browser().signIn(url);
  witness.remember('cookie password', 'short-canary');
  await operator.putSecret('cookie', { WORKOS_COOKIE_PASSWORD: ['short-canary', password] });
  gatehouse.killInstances();
  await witness.browser().signIn(url);
}

beforeAll(async () => {
  witness.remember('API key', workos.apiKey);
  witness.remember('cookie password', password);
  for (const role of functionRoles(deployment)) {
    const { AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN } = aws.environmentFor(role);
    witness.remember('AWS credential', AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN);
  }
  await everythingThatWorks();
  await loginsToApps();
  await loginsThatFail();
  await troubleBehindUs();
  await requestsThatMakeNoSense();
  await functionsThatCrash();
  await operatorsWhoErr();
  // Who knows a session's id at WorkOS can end it there.
  witness.remember('WorkOS session', ...workos.sessions.map(({ id }) => id));
});
afterAll(() => faults.clear());

describe('after every flow and every failure that we know of', () => {
  it('there were secrets of all kinds to be found', () => {
    expect(witness.counts).toStrictEqual({
      'API key': 2,
      'cookie password': 2,
      // A secret key and a session token for each function.
      'AWS credential': gatehouse.functionNames.length * 2,
      code: expect.toSatisfy((count: number) => count > 20),
      state: expect.toSatisfy((count: number) => count > 20),
      'e-mail address': 2,
      invitation: 1,
      ticket: 2,
      confirmation: 2,
      cookie: expect.toSatisfy((count: number) => count > 60),
      verifier: expect.toSatisfy((count: number) => count > 20),
      'access token': expect.toSatisfy((count: number) => count > 60),
      'refresh token': expect.toSatisfy((count: number) => count > 30),
      'WorkOS session': expect.toSatisfy((count: number) => count > 30),
    });
    expect(witness.leaksIn([`a line with ${password} in it`])).toStrictEqual([`cookie password: ${password}`]);
  });

  it('no line of any log holds one', () => {
    expect(gatehouse.logLines.length).toBeGreaterThan(300);
    expect(witness.leaksIn(gatehouse.logLines.map(({ text }) => text))).toStrictEqual([]);
  });

  it('the log tells of the failures all the same', () => {
    const events = new Set(gatehouse.logLines.map(({ record }) => record?.['event']));
    for (const event of ['login.failed', 'request.failed', 'event.lost', 'session.ended_by_workos']) {
      expect(events).toContain(event);
    }
  });

  it('nothing that the local cloud prints holds one', () => {
    expect(printed.length).toBeGreaterThan(100);
    expect(witness.leaksIn(printed.map((entry) => JSON.stringify(entry)))).toStrictEqual([]);
  });

  it('no event on the bus holds one', () => {
    expect(aws.events.length).toBeGreaterThan(10);
    expect(witness.leaksIn(aws.events.map((event) => JSON.stringify(event)))).toStrictEqual([]);
  });

  it('no error page or error answer holds one, nor a stack', () => {
    expect(witness.errorPages.length).toBeGreaterThan(50);
    expect(witness.leaksIn(witness.errorPages)).toStrictEqual([]);
    expect(
      witness.errorPages.filter((page) => /\bat .+:\d+:\d+|node_modules|index\.mjs|Error:/.test(page)),
    ).toStrictEqual([]);
  });
});
