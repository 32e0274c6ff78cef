/** How long a session that was ended can still be seen, and that none comes back: the bound in the contract's rules. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type ExpiredSignIn, signInExpired } from '../support/expired-sign-in.ts';
import { startGatehouse } from '../support/gatehouse.ts';
import { operatorOf } from '../support/operator.ts';
import { expireAccessToken, sealOf } from '../support/session-seals.ts';
import { type Answer, UserAgent } from '../support/user-agent.ts';

const gatehouse = await startGatehouse();
const { url, workos, faults } = gatehouse;
const operator = operatorOf(gatehouse);
const cleared = 'wos-session=; Max-Age=0; Path=/; HttpOnly; Secure; SameSite=Lax';

/** The browser of the same user in which the other one's session is ended. */
let laptop: UserAgent;
beforeEach(async () => {
  laptop = new UserAgent();
  await laptop.signIn(url);
});
afterEach(() => {
  faults.clear();
  workos.settings.refreshReplaySeconds = 30;
});

async function idOf(browser: UserAgent): Promise<string> {
  const { sessionId } = JSON.parse((await browser.send(`${url}/session`)).body) as { sessionId: string };
  return sessionId;
}

async function endFromLaptop(id: string): Promise<void> {
  const answer = await laptop.send(`${url}/sessions/${id}`, { method: 'DELETE', headers: { origin: url } });
  expect(answer.status).toBe(204);
}

function expectSignedOut(answer: Answer): void {
  expect(answer.status).toBe(401);
  expect(answer.setCookies).toStrictEqual([cleared]);
}

/** One whose row says so, though its access token is still good. */
function expectRefused(answer: Answer): void {
  expect(answer.status).toBe(401);
  expect(JSON.parse(answer.body)).toMatchObject({ error: 'unauthenticated' });
}

/** WorkOS has done what it was asked for, and takes a while to say so. */
async function startSlowRefresh({ browser, remote }: ExpiredSignIn): Promise<{ readonly answer: Promise<Answer> }> {
  const { exchanges } = remote();
  faults.set('workos.authenticate=slow:1200');
  const answer = browser.send(`${url}/session`);
  await vi.waitFor(() => expect(remote().exchanges).toBe(exchanges + 1), { timeout: 10_000 });
  return { answer };
}

describe('a session that was ended from another browser', () => {
  it('is refused at /sessions at once, and at /session when its access token expires', async () => {
    const phone = new UserAgent();
    await phone.signIn(url);
    await endFromLaptop(await idOf(phone));
    expectRefused(await phone.send(`${url}/sessions`));
    expect((await phone.send(`${url}/session`)).status).toBe(200);
  });

  it.each([30, 0])('is refused at its next refresh (replay window of %s s), without asking WorkOS', async (seconds) => {
    workos.settings.refreshReplaySeconds = seconds;
    const phone = await signInExpired(gatehouse);
    const other = new UserAgent({}, await phone.browser.jar.clone());
    const id = await idOf(phone.browser);
    await endFromLaptop(id);
    // The old cookie too, whose successor was left on the row a moment ago.
    expectSignedOut(await other.send(`${url}/session`));
    expect(phone.remote()).toMatchObject({ refreshCalls: 1 });
    expect(phone.remote().endedAt).toBeInstanceOf(Date);
  });

  it('is refused at every route by a token that has expired', async () => {
    const phone = await signInExpired(gatehouse);
    const seal = await sealOf(phone.browser, url);
    await endFromLaptop(await idOf(phone.browser));
    for (const route of ['/', '/session', '/sessions', '/dashboard']) {
      await phone.browser.plant(url, 'wos-session', seal);
      const answer = await phone.browser.send(url + route);
      expect(answer.setCookies).toStrictEqual([cleared]);
      expect(answer.body).not.toContain('alice@example.com');
    }
  });

  it('gets nothing from a refresh that was under way', async () => {
    const phone = await signInExpired(gatehouse);
    const id = await idOf(phone.browser);
    await expireAccessToken(gatehouse, phone.browser);
    const refreshing = await startSlowRefresh(phone);
    await endFromLaptop(id);
    expectSignedOut(await refreshing.answer);
    expect(await phone.browser.cookies(url)).toStrictEqual({});
  });

  it('is over at WorkOS, whatever its refresh token is used for', async () => {
    const phone = await signInExpired(gatehouse);
    await endFromLaptop(await idOf(phone.browser));
    await expect(expireAccessToken(gatehouse, phone.browser)).rejects.toThrow('the SDK did not refresh');
  });
});

describe('signing out', () => {
  it('while a refresh is under way leaves no session, whichever answer comes first', async () => {
    const signIn = await signInExpired(gatehouse);
    const { browser, remote } = signIn;
    const refreshing = await startSlowRefresh(signIn);
    const answer = await browser.send(`${url}/logout`);
    expect(answer.setCookies).toStrictEqual([cleared]);
    expectSignedOut(await refreshing.answer);
    expect(await browser.cookies(url)).toStrictEqual({});
    await browser.follow(answer);
    expect(remote().endedAt).toBeInstanceOf(Date);
  });

  it('while 10 tabs wait for a refresh leaves none of them a session', async () => {
    const signIn = await signInExpired(gatehouse);
    const refreshing = await startSlowRefresh(signIn);
    const waiting = Array.from({ length: 10 }, () => signIn.browser.send(`${url}/session`));
    await signIn.browser.visit(`${url}/logout`);
    for (const answer of await Promise.all([refreshing.answer, ...waiting])) expectSignedOut(answer);
    expect(signIn.remote().refreshCalls).toBe(1);
  });

  it('with a token that has expired ends the session for every copy of its cookie', async () => {
    const { browser, remote } = await signInExpired(gatehouse);
    const copy = new UserAgent({}, await browser.jar.clone());
    const page = await browser.visit(`${url}/logout`);
    expect(page.url).toBe(`${url}/`);
    expect(remote()).toMatchObject({ endedAt: expect.any(Date), refreshCalls: 0 });
    expectSignedOut(await copy.send(`${url}/session`));
    expect(remote().refreshCalls).toBe(0);
  });

  it('ends it here even when the browser never gets to WorkOS', async () => {
    const { browser, remote } = await signInExpired(gatehouse);
    const copy = new UserAgent({}, await browser.jar.clone());
    await browser.send(`${url}/logout`);
    expect(remote().endedAt).toBeUndefined();
    expectSignedOut(await copy.send(`${url}/session`));
    expect(remote().refreshCalls).toBe(0);
  });

  it('when the table does not answer ends it at WorkOS all the same, and the log has that it is not recorded', async () => {
    const { browser } = await signInExpired(gatehouse);
    const copy = new UserAgent({}, await browser.jar.clone());
    faults.set('dynamodb=throttle');
    const page = await browser.visit(`${url}/logout`);
    expect(page.url).toBe(`${url}/`);
    expect(gatehouse.logLines.some(({ record }) => record?.['event'] === 'logout.not_recorded')).toBe(true);
    faults.clear();
    expectSignedOut(await copy.send(`${url}/session`));
  });

  it('and in again is a session of its own, which the old cookie says nothing about', async () => {
    const { browser } = await signInExpired(gatehouse);
    const copy = new UserAgent({}, await browser.jar.clone());
    await browser.visit(`${url}/logout`);
    await browser.signIn(url);
    expectSignedOut(await copy.send(`${url}/session`));
    expect((await browser.send(`${url}/session`)).status).toBe(200);
    expect((await browser.send(`${url}/sessions`)).status).toBe(200);
  });
});

describe.each(['disabled', 'deleted'] as const)('a user who was %s', (status) => {
  let uid: string;
  beforeEach(async () => {
    uid = (JSON.parse((await laptop.send(`${url}/session`)).body) as { uid: string }).uid;
  });
  afterEach(() => operator.setUserStatus(uid, 'active'));

  it('is refused at /sessions at once, to look and to end', async () => {
    const phone = new UserAgent();
    await phone.signIn(url);
    const id = await idOf(phone);
    await operator.setUserStatus(uid, status);
    expectRefused(await laptop.send(`${url}/sessions`));
    const headers = { origin: url };
    expectRefused(await laptop.send(`${url}/sessions/${id}`, { method: 'DELETE', headers }));
    expect(workos.sessions.at(-1)?.endedAt).toBeUndefined();
  });

  it('may still end the session that asks', async () => {
    await operator.setUserStatus(uid, status);
    await endFromLaptop(await idOf(laptop));
    expect(workos.sessions.at(-1)?.endedAt).toBeInstanceOf(Date);
  });

  it('is refused at the next refresh, though WorkOS would go on', async () => {
    const { browser } = await signInExpired(gatehouse);
    await operator.setUserStatus(uid, status);
    expectSignedOut(await browser.send(`${url}/session`));
  });

  it('is believed until the access token expires where the contract allows it', async () => {
    await operator.setUserStatus(uid, status);
    expect((await laptop.send(`${url}/session`)).status).toBe(200);
  });
});

describe('when the Users table does not answer a refresh', () => {
  it('the session goes on: nobody is signed out for an outage', async () => {
    const { browser } = await signInExpired(gatehouse);
    faults.set('dynamodb.GetItem=throttle');
    expect((await browser.send(`${url}/session`)).status).toBe(200);
    expect(gatehouse.logLines.some(({ record }) => record?.['event'] === 'session.user_not_read')).toBe(true);
  });
});
