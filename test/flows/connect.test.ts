/**
 * Connecting in the browser, over HTTP: Gmail by way of WorkOS, GitHub by our own code flow. What can go wrong on the way is in
 * test/functions/oauth-module-callback.test.ts and test/security/.
 */
import * as v from 'valibot';
import { afterAll, describe, expect, it } from 'vitest';
import { type Consent, consentInBrowser } from '../support/consent-in-browser.ts';
import { checkAnswersFrom } from '../support/documented-answers.ts';
import { editAssembly } from '../support/edited-assembly.ts';
import { startGatehouse } from '../support/gatehouse.ts';
import { sealOf } from '../support/session-seals.ts';
import { UserAgent } from '../support/user-agent.ts';

const [throughWorkos, direct] = ['workos', 'direct'].map((via) =>
  JSON.stringify(`"github":{"connectVia":"${via}"}`).slice(1, -1),
);
const assembly = await editAssembly(throughWorkos ?? '', direct ?? '');
const gatehouse = await startGatehouse({ assembly });
const { url, google, workos } = gatehouse;
afterAll(checkAnswersFrom(url));

async function signIn(email: string): Promise<UserAgent> {
  const browser = new UserAgent();
  await browser.signIn(url, { login_hint: email });
  return browser;
}
const alice = await signIn('alice@example.com');
const bob = await signIn('bob@example.com');

/** @returns how it ended. */
async function connect(browser: UserAgent, module = 'gmail', consent: Consent = {}) {
  const end = await consentInBrowser(`${url}/oauth/${module}/connect`, `${url}/dashboard`, browser, consent);
  return Object.fromEntries(end.searchParams);
}

const Modules = v.object({
  modules: v.array(
    v.looseObject({
      module: v.string(),
      status: v.string(),
      account: v.nullable(v.string()),
      connectedAt: v.unknown(),
    }),
  ),
});
async function moduleOf(browser: UserAgent, name = 'gmail') {
  const { modules } = v.parse(Modules, JSON.parse((await browser.send(`${url}/modules`)).body));
  return modules.find(({ module }) => module === name);
}

/** Sessions at WorkOS that live. */
const livingSessions = () => workos.sessions.filter(({ endedAt }) => endedAt === undefined).map(({ id }) => id);

describe('a browser that connects Gmail by way of WorkOS', () => {
  it('comes back with it connected, in the session it had', async () => {
    const [seal, living] = [await sealOf(bob, url), livingSessions()];
    expect(await connect(bob)).toStrictEqual({ connected: 'gmail' });
    expect(await moduleOf(bob)).toMatchObject({ status: 'connected', account: 'bob@example.com', problem: null });
    expect(await sealOf(bob, url)).toBe(seal);
    expect(livingSessions()).toStrictEqual(living);
    expect(Object.keys(await bob.cookies(url))).toStrictEqual(['wos-session']);
    expect(google.grantOf('bob@example.com')).toMatchObject({ refreshTokens: 1 });
  });

  it('is led back to where it began', async () => {
    const end = await consentInBrowser(`${url}/oauth/gmail/connect?return_to=/%23notes`, `${url}/?`, alice);
    expect(end.href).toBe(`${url}/?connected=gmail#notes`);
    expect(await moduleOf(alice)).toMatchObject({ status: 'connected', account: 'alice@example.com' });
  });

  it('signs in first where it has to', async () => {
    const stranger = new UserAgent();
    const login = await stranger.send(`${url}/oauth/gmail/connect`);
    expect(login.location).toBe(`${url}/login?return_to=%2Foauth%2Fgmail%2Fconnect`);
    const end = await consentInBrowser(`${login.location}&login_hint=bob@example.com`, `${url}/dashboard`, stranger);
    expect(end.search).toBe('?connected=gmail');
  });
});

describe('a browser that connects GitHub directly', () => {
  it('comes back with it connected, and WorkOS is not asked', async () => {
    const count = workos.sessions.length;
    expect(await connect(bob, 'github')).toStrictEqual({ connected: 'github' });
    expect(await moduleOf(bob, 'github')).toMatchObject({ status: 'connected', scopes: ['repo'] });
    expect(workos.sessions).toHaveLength(count);
  });

  it('is told when the account is another user’s here', async () => {
    const account = (await moduleOf(bob, 'github'))?.account ?? '';
    expect(await connect(alice, 'github', { account })).toStrictEqual({ connect_error: 'account_taken' });
    expect(await moduleOf(alice, 'github')).toMatchObject({ status: 'not_connected' });
    expect(await moduleOf(bob, 'github')).toMatchObject({ status: 'connected' });
  });
});

describe('what becomes of a connection', () => {
  it.each<[string, string, Consent]>([
    ['the user says no', 'consent_refused', { says: 'cancel' }],
    ['a scope is unticked', 'scope_missing', { scopes: [] }],
    ['another account is chosen', 'account_mismatch', { account: 'alice@example.com' }],
  ])('nothing, when %s', async (_, error, consent) => {
    const [before, seal] = [await moduleOf(bob), await sealOf(bob, url)];
    expect(await connect(bob, 'gmail', consent)).toStrictEqual({ connect_error: error });
    expect(await moduleOf(bob)).toStrictEqual(before);
    expect(await sealOf(bob, url)).toBe(seal);
  });

  it('nothing, when Google gives no refresh token', async () => {
    const before = await moduleOf(bob);
    google.settings.consentsWithoutRefreshToken = 1;
    expect(await connect(bob)).toStrictEqual({ connect_error: 'no_refresh_token' });
    expect(await moduleOf(bob)).toStrictEqual(before);
  });

  it('nothing, when its user signs in with Google', async () => {
    const before = await moduleOf(bob);
    const again = new UserAgent();
    await again.signIn(url, { login_hint: 'bob@example.com', provider: 'GoogleOAuth' });
    expect(await moduleOf(again)).toStrictEqual(before);
  });
});

describe('a browser that looks ahead', () => {
  it('starts no consent, and takes nothing from one', async () => {
    const ahead = { headers: { 'sec-purpose': 'prefetch' } };
    for (const options of [ahead, { method: 'HEAD' }]) {
      const started = await bob.send(`${url}/oauth/gmail/connect`, options);
      expect([started.setCookies, started.location]).toStrictEqual([[], undefined]);
    }
    // As far as the code, which AuthKit leads to `/callback` with, and this on.
    const back = await consentInBrowser(`${url}/oauth/gmail/connect`, `${url}/oauth/gmail/callback`, bob);
    for (const options of [ahead, { method: 'HEAD' }]) {
      expect((await bob.send(back.href, options)).setCookies).toStrictEqual([]);
    }
    expect((await bob.send(back.href)).location).toBe(`${url}/dashboard?connected=gmail`);
  });
});

/** Tokens and codes as Google and GitHub write them; the local ones do likewise. */
const secrets = /ya29\.|1\/\/0|4\/0|gho_|ghu_|ghr_|[?&](?:code|state)=/;

describe('all of that', () => {
  it('leaves no token, code or state in a log line', () => {
    expect(gatehouse.logLines.length).toBeGreaterThan(20);
    for (const { text } of gatehouse.logLines) expect(text).not.toMatch(secrets);
  });

  it('leaves none in an event, and so in no message of the queue that takes them', () => {
    const events = gatehouse.aws.events.filter(({ detailType }) => detailType.startsWith('module.'));
    expect(events.length).toBeGreaterThan(1);
    expect(JSON.stringify(events)).not.toMatch(secrets);
  });

  it('leaves none on the account page, nor in what the API tells', async () => {
    for (const path of ['/dashboard', '/modules', '/session', '/gmail/mailbox'])
      expect((await bob.send(url + path)).body).not.toMatch(secrets);
  });
});
