/**
 * Threat 13, the refresh matrix (GHSA-392p-2q2v-4372, GHSA-pw9m-5jxm-xr6h): whatever goes wrong around a refresh, the browser
 * keeps its cookie and has a session afterwards; a definite refusal by WorkOS alone ends it. Family revocation is native's:
 * on the web WorkOS judges a token that is used again.
 */
import { afterEach, describe, expect, it, vi } from 'vitest';
import { type ExpiredSignIn, signInExpired } from '../support/expired-sign-in.ts';
import { startGatehouse } from '../support/gatehouse.ts';
import { operatorOf } from '../support/operator.ts';
import { sessionRowsOf } from '../support/session-rows.ts';
import { sealOf } from '../support/session-seals.ts';
import { type Answer, UserAgent } from '../support/user-agent.ts';

const gatehouse = await startGatehouse();
const { url, workos, faults } = gatehouse;
const operator = operatorOf(gatehouse);
const rows = sessionRowsOf(gatehouse);
const cleared = 'wos-session=; Max-Age=0; Path=/; HttpOnly; Secure; SameSite=Lax';

afterEach(() => {
  faults.clear();
  workos.settings.demand = undefined;
  workos.settings.refreshReplaySeconds = 30;
});

const tabs = async ({ browser }: ExpiredSignIn, count: number): Promise<Answer[]> =>
  Promise.all(Array.from({ length: count }, () => browser.send(`${url}/session`)));

/** A session, or to be asked for again later; never the end of one. */
function expectNobodySignedOut(answers: readonly Answer[]): void {
  for (const { status, headers, setCookies } of answers) {
    expect([200, 503]).toContain(status);
    expect(setCookies).not.toContain(cleared);
    expect(status === 200 || Number(headers.get('retry-after')) > 0).toBe(true);
  }
}

async function expectSession({ browser }: ExpiredSignIn): Promise<void> {
  expect((await browser.send(`${url}/session`)).status).toBe(200);
}

describe('three tabs with an expired token keep their session', () => {
  it.each([
    ['WorkOS is asked too often', 'workos.authenticate=429'],
    ['WorkOS has a problem', 'workos.authenticate=500'],
    ['WorkOS is away', 'workos.authenticate=503'],
    ['something in between answers with a page', 'workos.authenticate=html'],
    ['every answer of WorkOS is lost after the rotation', 'workos.authenticate=lost'],
    ['the first answers of WorkOS are lost after the rotation', 'workos.authenticate=lost*3'],
    ['the table is throttled', 'dynamodb=throttle'],
    ['the table has a problem', 'dynamodb=500'],
    ['the table loses every answer after the write', 'dynamodb=lost'],
    ['the table takes no writes', 'dynamodb.UpdateItem=500'],
    ['the table cannot be read', 'dynamodb.GetItem=500'],
    ['both are in trouble', 'workos.authenticate=503,dynamodb=500'],
  ])('when %s', async (_, fault) => {
    const signIn = await signInExpired(gatehouse);
    faults.set(fault);
    expectNobodySignedOut(await tabs(signIn, 3));
    faults.clear();
    await rows.letLeaseRunOut(signIn.remote().id).catch(() => undefined);
    await expectSession(signIn);
    expect(signIn.remote().exchanges).toBe(1);
  });

  it('when WorkOS answers after we have given up, though it rotated the token', async () => {
    const signIn = await signInExpired(gatehouse);
    faults.set('workos.authenticate=slow:4500');
    const [answer] = await tabs(signIn, 1);
    expect(answer?.status).toBe(503);
    expect(signIn.remote().exchanges).toBe(1);
    faults.clear();
    await expectSession(signIn);
    expect(signIn.remote()).toMatchObject({ refreshCalls: 2, exchanges: 1 });
  });

  it("when new instances cannot read WorkOS's keys", async () => {
    const signIn = await signInExpired(gatehouse);
    await operator.forgetWorkosKeys();
    gatehouse.killInstances('session');
    faults.set('workos.jwks=503');
    const answers = await tabs(signIn, 3);
    expect(answers.map(({ status }) => status)).toStrictEqual([503, 503, 503]);
    expectNobodySignedOut(answers);
    faults.clear();
    await expectSession(signIn);
  });

  it('when our API key is wrong, and as soon as it is put right', async () => {
    const signIn = await signInExpired(gatehouse);
    const { apiKey, clientId } = workos;
    await operator.putSecret('workos', { WORKOS_API_KEY: 'sk_wrong', WORKOS_CLIENT_ID: clientId });
    gatehouse.killInstances('session');
    const answers = await tabs(signIn, 2);
    expect(answers.map(({ status }) => status)).toStrictEqual([503, 503]);
    expectNobodySignedOut(answers);
    expect(signIn.remote().refreshCalls).toBe(0);

    await operator.putSecret('workos', { WORKOS_API_KEY: apiKey, WORKOS_CLIENT_ID: clientId });
    gatehouse.killInstances('session');
    await expectSession(signIn);
  });

  it('when the frozen holder of an old lease comes back after another took over', async () => {
    const signIn = await signInExpired(gatehouse);
    const other = new UserAgent({}, await signIn.browser.jar.clone());
    faults.set('workos.authenticate=slow:1500*1');
    const frozen = signIn.browser.send(`${url}/session`);
    await vi.waitFor(() => expect(signIn.remote().exchanges).toBe(1), { timeout: 5_000 });
    await rows.letLeaseRunOut(signIn.remote().id);
    expect((await other.send(`${url}/session`)).status).toBe(200);
    const { successor } = await rows.read(signIn.remote().id);
    expect(successor).toBeDefined();

    // It wakes up, and neither takes away what the other has left nor the session.
    expect((await frozen).status).toBe(200);
    expect((await rows.read(signIn.remote().id))['successor']).toStrictEqual(successor);
    expect(signIn.remote()).toMatchObject({ refreshCalls: 2, exchanges: 1 });
    await expectSession(signIn);
  });
});

describe('a refusal counts', () => {
  async function expectSignedOut({ browser }: ExpiredSignIn): Promise<void> {
    const answer = await browser.send(`${url}/session`);
    expect(answer.status).toBe(401);
    expect(answer.setCookies).toStrictEqual([cleared]);
  }

  it('when WorkOS says that the session has ended', async () => {
    const signIn = await signInExpired(gatehouse);
    await new UserAgent().send(`${workos.url}/user_management/sessions/logout?session_id=${signIn.remote().id}`);
    await expectSignedOut(signIn);
  });

  it.each(['mfa_enrollment', 'sso_required'] as const)('when WorkOS asks for more: %s', async (demand) => {
    const signIn = await signInExpired(gatehouse);
    workos.settings.demand = demand;
    await expectSignedOut(signIn);
  });

  it("when a token is used again outside WorkOS's window, and what came of its first use goes on", async () => {
    workos.settings.refreshReplaySeconds = 0;
    const signIn = await signInExpired(gatehouse);
    const thief = new UserAgent({}, await signIn.browser.jar.clone());
    await expectSession(signIn);
    await rows.letSuccessorRunOut(signIn.remote().id);
    await expectSignedOut({ ...signIn, browser: thief });
    await expectSession(signIn);
  });

  it('only when the table can tell that no other request was faster', async () => {
    workos.settings.refreshReplaySeconds = 0;
    const signIn = await signInExpired(gatehouse);
    const before = await sealOf(signIn.browser, url);
    const other = new UserAgent({}, await signIn.browser.jar.clone());
    await expectSession(signIn);
    faults.set('dynamodb=throttle');
    const answer = await other.send(`${url}/session`);
    expect(answer.status).toBe(503);
    expect(await sealOf(other, url)).toBe(before);
  });
});
