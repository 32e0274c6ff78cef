/** Tabs that expire together: over several function processes, one call to WorkOS, and a working session for each. */
import { afterEach, describe, expect, it, vi } from 'vitest';
import { type ExpiredSignIn, signInExpired } from '../support/expired-sign-in.ts';
import { startGatehouse } from '../support/gatehouse.ts';
import { sessionRowsOf } from '../support/session-rows.ts';
import { openSeal, sealOf } from '../support/session-seals.ts';
import { type Answer, UserAgent } from '../support/user-agent.ts';

/** Processes of functions that have taken part. */
let processes = 0;
const gatehouse = await startGatehouse({
  onLog: (entry) => {
    if (entry.kind === 'request' && entry.request.run?.start === 'cold' && entry.request.path === '/session')
      processes++;
  },
});
const { url, workos, faults } = gatehouse;
const rows = sessionRowsOf(gatehouse);

afterEach(() => {
  faults.clear();
  workos.settings.refreshReplaySeconds = 30;
});

/** All with the cookie that the browser has now, as tabs do that wake up together. */
const atOnce = async ({ browser }: ExpiredSignIn, routes: readonly string[]): Promise<Answer[]> =>
  Promise.all(routes.map((route) => browser.send(url + route)));

const twenty = Array<string>(20).fill('/session');
const four = twenty.slice(0, 4);
const statuses = (answers: readonly Answer[]): number[] => answers.map(({ status }) => status);

async function refreshTokenIn({ setCookies: [cookie = ''] }: Answer): Promise<string> {
  return (await openSeal(/^wos-session=([^;]+);/.exec(cookie)?.[1] ?? '')).refreshToken;
}

async function expectWorkingSession({ browser }: ExpiredSignIn): Promise<void> {
  const answer = await browser.send(`${url}/session`);
  expect(answer.status).toBe(200);
  expect(answer.setCookies).toStrictEqual([]);
}

function expectTryLater(answer: Answer | undefined): void {
  expect(answer?.status).toBe(503);
  expect(Number(answer?.headers.get('retry-after'))).toBeGreaterThan(0);
  expect(answer?.setCookies).toStrictEqual([]);
}

describe.each([
  { window: 'with', seconds: 30 },
  { window: 'without', seconds: 0 },
])("20 requests at once with an expired token, $window WorkOS's replay window", ({ seconds }) => {
  it('make one call to WorkOS, and all get the same new session', async () => {
    workos.settings.refreshReplaySeconds = seconds;
    const signIn = await signInExpired(gatehouse);
    const answers = await atOnce(signIn, twenty);
    expect(statuses(answers)).toStrictEqual(Array(20).fill(200));
    expect(processes).toBeGreaterThan(1);
    expect(signIn.remote()).toMatchObject({ refreshCalls: 1, exchanges: 1 });
    expect(new Set(await Promise.all(answers.map(refreshTokenIn))).size).toBe(1);
    await expectWorkingSession(signIn);
  });

  it('do so across routes, each a function of its own', async () => {
    workos.settings.refreshReplaySeconds = seconds;
    const signIn = await signInExpired(gatehouse);
    const answers = await atOnce(signIn, ['/', '/session', '/sessions', '/dashboard', '/', '/sessions']);
    expect(statuses(answers)).toStrictEqual(Array(6).fill(200));
    expect(signIn.remote()).toMatchObject({ refreshCalls: 1, exchanges: 1 });
  });

  it('wait for a slow answer of WorkOS', async () => {
    workos.settings.refreshReplaySeconds = seconds;
    const signIn = await signInExpired(gatehouse);
    faults.set('workos.authenticate=slow:1000');
    expect(statuses(await atOnce(signIn, twenty))).toStrictEqual(Array(20).fill(200));
    expect(signIn.remote()).toMatchObject({ refreshCalls: 1, exchanges: 1 });
  });

  it('are all served when the table is throttled: none is signed out, and the browser has a session', async () => {
    workos.settings.refreshReplaySeconds = seconds;
    const signIn = await signInExpired(gatehouse);
    faults.set('dynamodb=throttle');
    const answers = await atOnce(signIn, twenty);
    for (const answer of answers) {
      if (answer.status !== 200) expectTryLater(answer);
    }
    // Within the window WorkOS gives all of them the same pair; without, it refuses all but the first.
    expect(statuses(answers).filter((status) => status === 200).length).toBeGreaterThanOrEqual(seconds > 0 ? 20 : 1);
    expect(signIn.remote().exchanges).toBe(1);
    await expectWorkingSession(signIn);
  });
});

describe('when the answer of WorkOS is lost', () => {
  // A connection that was kept from an earlier call is replaced at once, as it may have been stale, and the call repeated.
  it('with a kept connection, nobody notices: the same request replays the token', async () => {
    const signIn = await signInExpired(gatehouse);
    faults.set('workos.authenticate=lost*1');
    expect(statuses(await atOnce(signIn, twenty))).toStrictEqual(Array(20).fill(200));
    expect(signIn.remote()).toMatchObject({ refreshCalls: 2, exchanges: 1 });
    await expectWorkingSession(signIn);
  });

  it('twice, the next of 20 takes over, and nobody is signed out', async () => {
    const signIn = await signInExpired(gatehouse);
    faults.set('workos.authenticate=lost*2');
    const answers = await atOnce(signIn, twenty);
    const [late, ...others] = answers.toSorted((a, b) => b.status - a.status);
    expectTryLater(late);
    expect(statuses(others)).toStrictEqual(Array(19).fill(200));
    expect(signIn.remote()).toMatchObject({ refreshCalls: 3, exchanges: 1 });
    await expectWorkingSession(signIn);
  });

  /** Of the one instance that there is then. */
  async function keepConnection(): Promise<void> {
    gatehouse.killInstances('session');
    const { browser } = await signInExpired(gatehouse);
    await browser.send(`${url}/session`);
  }

  it('a single tab gets its session by the next request', async () => {
    await keepConnection();
    const { browser, remote } = await signInExpired(gatehouse);
    faults.set('workos.authenticate=lost*2');
    expectTryLater(await browser.send(`${url}/session`));
    expect((await browser.send(`${url}/session`)).status).toBe(200);
    expect(remote()).toMatchObject({ refreshCalls: 3, exchanges: 1 });
  });

  it('and WorkOS replays nothing, the session is over, by its word alone', async () => {
    await keepConnection();
    workos.settings.refreshReplaySeconds = 0;
    const { browser } = await signInExpired(gatehouse);
    faults.set('workos.authenticate=lost*1');
    const answer = await browser.send(`${url}/session`);
    expect(answer.status).toBe(401);
    expect(await browser.cookies(url)).toStrictEqual({});
  });
});

describe('when the process that refreshes is killed', () => {
  /** Its request is at WorkOS; what is left of it is its lease. */
  async function killWhileRefreshing({ browser, remote }: ExpiredSignIn, fault: string, hasArrived: () => boolean) {
    faults.set(`workos.authenticate=${fault}`);
    const lost = browser.send(`${url}/session`);
    await vi.waitFor(() => expect(hasArrived()).toBe(true), { timeout: 5_000 });
    gatehouse.killInstances('session');
    expect((await lost).status).toBeGreaterThanOrEqual(500);
    faults.clear();
    expect(await rows.read(remote().id)).toHaveProperty('leaseUntil');
    await rows.letLeaseRunOut(remote().id);
  }

  it("the others take over once its lease has run out, by one replay of WorkOS's answer", async () => {
    const signIn = await signInExpired(gatehouse);
    await killWhileRefreshing(signIn, 'slow:60000', () => signIn.remote().exchanges === 1);
    expect(statuses(await atOnce(signIn, four))).toStrictEqual(Array(4).fill(200));
    expect(signIn.remote()).toMatchObject({ refreshCalls: 2, exchanges: 1 });
    await expectWorkingSession(signIn);
  });

  it('before WorkOS has done anything, the others need no replay window', async () => {
    workos.settings.refreshReplaySeconds = 0;
    const signIn = await signInExpired(gatehouse);
    const { take } = faults;
    let calls = 0;
    vi.spyOn(faults, 'take').mockImplementation((...call) => {
      if (call[1] === 'authenticate') calls++;
      return take.apply(faults, call);
    });
    await killWhileRefreshing(signIn, 'hang', () => calls === 1);
    vi.restoreAllMocks();
    expect(statuses(await atOnce(signIn, four))).toStrictEqual(Array(4).fill(200));
    expect(signIn.remote()).toMatchObject({ refreshCalls: 1, exchanges: 1 });
  });
});

describe('when the table fails after WorkOS has answered', () => {
  it('the browser gets its new session, and another tab that still has the old one gets it by a replay', async () => {
    const signIn = await signInExpired(gatehouse);
    const otherTab = new UserAgent({}, await signIn.browser.jar.clone());
    faults.set('workos.authenticate=slow:700');
    const refreshing = signIn.browser.send(`${url}/session`);
    await vi.waitFor(() => expect(signIn.remote().exchanges).toBe(1), { timeout: 5_000 });
    faults.set('dynamodb=throttle');
    expect((await refreshing).status).toBe(200);

    faults.clear();
    await rows.letLeaseRunOut(signIn.remote().id);
    expect((await otherTab.send(`${url}/session`)).status).toBe(200);
    expect(signIn.remote()).toMatchObject({ refreshCalls: 2, exchanges: 1 });
  });
});

describe('what the first leaves for the others', () => {
  it('is on the row for nobody who reads the table', async () => {
    const { browser, remote } = await signInExpired(gatehouse);
    await browser.send(`${url}/session`);
    const { accessToken, refreshToken } = await openSeal(await sealOf(browser, url));
    const row = JSON.stringify(await rows.read(remote().id));
    expect(row).toContain('"successor"');
    for (const secret of [accessToken, refreshToken, remote().id]) expect(row).not.toContain(secret);
  });

  it('serves a late tab with the old cookie, without WorkOS', async () => {
    const { browser, remote } = await signInExpired(gatehouse);
    const lateTab = new UserAgent({}, await browser.jar.clone());
    await browser.send(`${url}/session`);
    expect((await lateTab.send(`${url}/session`)).status).toBe(200);
    expect(remote()).toMatchObject({ refreshCalls: 1, exchanges: 1 });
  });

  it('is not given out after its time: then WorkOS judges', async () => {
    workos.settings.refreshReplaySeconds = 0;
    const { browser, remote } = await signInExpired(gatehouse);
    const lateTab = new UserAgent({}, await browser.jar.clone());
    await browser.send(`${url}/session`);
    await rows.letSuccessorRunOut(remote().id);
    expect((await lateTab.send(`${url}/session`)).status).toBe(401);
    expect(remote()).toMatchObject({ refreshCalls: 2, exchanges: 1 });
    expect((await browser.send(`${url}/session`)).status).toBe(200);
  });
});
