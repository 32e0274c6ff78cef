/**
 * Threat 16, at `POST /native/session/jwt`: a ticket serves one attempt, by the app that holds the verifier, for the user whom it
 * was made for; whatever else is tried looks the same from outside, and leaves nothing to try again.
 */
import { describe, expect, it } from 'vitest';
import { startGatehouse } from '../support/gatehouse.ts';
import { type NativeApp, redeem, signInToApp, startNativeApp } from '../support/native-app.ts';
import { callsDuring } from '../support/outbound-calls.ts';
import { type Answer, UserAgent } from '../support/user-agent.ts';

const gatehouse = await startGatehouse();
const { url } = gatehouse;

interface Redemption {
  readonly uid: string;
  readonly ticket: string;
  readonly verifier: string;
}

/** Every ticket and verifier that there was. */
const secrets = new Set<string>();

async function login(app: NativeApp = startNativeApp(url)): Promise<Redemption> {
  const { uid = '', ticket = '' } = await signInToApp(app);
  secrets.add(ticket).add(app.verifier);
  return { uid, ticket, verifier: app.verifier };
}

/** What tells refusals apart, beside ids of the request. */
function shapeOf({ status, headers, body }: Answer) {
  const { request_id: _, ...rest } = JSON.parse(body) as Record<string, unknown>;
  return { status, rest, headers: [...headers.keys()].toSorted() };
}

const refusal = {
  error: 'invalid_device_proof',
  error_description: 'Ticket, verifier, uid or key do not belong together. Sign in again.',
};

describe('a ticket', () => {
  it('is redeemed once, however many try at the same moment', async () => {
    const redemption = await login();
    const answers = await Promise.all(Array.from({ length: 50 }, () => redeem(url, redemption)));
    const statuses = answers.map(({ status }) => status);
    expect(statuses.filter((status) => status === 200)).toHaveLength(1);
    expect(statuses.filter((status) => status === 401)).toHaveLength(49);
    expect((await redeem(url, redemption)).status).toBe(401);
  });

  it.each<[string, (right: Redemption) => Redemption]>([
    ['the verifier of another login', (right) => ({ ...right, verifier: startNativeApp(url).verifier })],
    ['no verifier', (right) => ({ ...right, verifier: '' })],
    ['the uid of another user', (right) => ({ ...right, uid: `usr_${'0'.repeat(32)}` })],
  ])('is burned by %s, with the one answer that all refusals have', async (_, change) => {
    const right = await login();
    const wrong = await redeem(url, change(right));
    expect(shapeOf(wrong)).toMatchObject({ status: 401, rest: refusal });
    const burned = await redeem(url, right);
    const unknown = await redeem(url, { ...right, ticket: startNativeApp(url).verifier });
    expect(shapeOf(burned)).toEqual(shapeOf(wrong));
    expect(shapeOf(unknown)).toEqual(shapeOf(wrong));
  });

  it('is worth nothing with the verifier of a login of the same user', async () => {
    const [one, other] = [await login(), await login()];
    expect((await redeem(url, { ...one, verifier: other.verifier })).status).toBe(401);
    expect((await redeem(url, { ...other, verifier: one.verifier })).status).toBe(401);
  });

  it('is kept by a request that is malformed', async () => {
    const { uid, ticket, verifier } = await login();
    for (const body of [{ uid, deviceProof: { ticket } }, { deviceProof: { ticket, verifier } }, {}]) {
      const answer = await new UserAgent().send(`${url}/native/session/jwt`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
      expect(answer.status).toBe(400);
    }
    expect((await redeem(url, { uid, ticket, verifier })).status).toBe(200);
  });

  it('costs one write to refuse, so that guessing reads nothing', async () => {
    const { uid, verifier } = await login();
    const guess = () => redeem(url, { uid, verifier, ticket: startNativeApp(url).verifier });
    await guess();
    expect(await callsDuring(gatehouse, guess)).toStrictEqual({ 'dynamodb.DeleteItem': 1 });
  });

  it('is redeemed with one delete, two reads and two writes', async () => {
    await redeem(url, await login());
    const redemption = await login();
    expect(await callsDuring(gatehouse, () => redeem(url, redemption))).toStrictEqual({
      'dynamodb.DeleteItem': 1,
      'dynamodb.GetItem': 2,
      'dynamodb.PutItem': 2,
    });
  });

  it('takes no cookie for anything: a signed-in browser redeems no better than a stranger', async () => {
    const browser = new UserAgent();
    await browser.signIn(url);
    const { uid, ticket } = await login();
    const answer = await browser.send(`${url}/native/session/jwt`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: url },
      body: JSON.stringify({ uid, deviceProof: { ticket, verifier: 'v'.repeat(43) } }),
    });
    expect(answer.status).toBe(401);
    expect(answer.setCookies).toEqual([]);
  });

  it('is in no line of the log, and neither is its verifier', () => {
    expect(secrets.size).toBeGreaterThan(10);
    const text = gatehouse.logLines.map((line) => line.text).join('\n');
    expect(text).toContain('the ticket was not redeemed: wrong_verifier');
    expect([...secrets].filter((secret) => text.includes(secret))).toEqual([]);
  });
});
