/** A native session from its ticket to its end: `POST /native/session/jwt`, `/refresh` and `/logout` in the local cloud. */
import { afterEach, describe, expect, it } from 'vitest';
import { type AppSession, signInToApp } from '../support/app-sign-in.ts';
import { createDpopKey } from '../support/dpop-key.ts';
import { startGatehouse } from '../support/gatehouse.ts';
import { callsDuring } from '../support/outbound-calls.ts';
import { type Answer, UserAgent } from '../support/user-agent.ts';

const gatehouse = await startGatehouse();
const { url, workos, faults, aws } = gatehouse;

afterEach(() => faults.clear());

/** Every token that went over the wire. */
const secrets = new Set<string>();

async function post(
  path: 'jwt' | 'logout' | 'refresh',
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  return new UserAgent().send(`${url}/native/session/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
}

type Tokens = Pick<AppSession, 'token' | 'tokenType' | 'refreshToken' | 'sessionId'> & {
  readonly expiresIn: number;
  readonly refreshExpiresIn: number;
};

function tokensIn({ body }: Answer): Tokens {
  const tokens = JSON.parse(body) as Tokens;
  secrets.add(tokens.token).add(tokens.refreshToken);
  return tokens;
}

const refused = (code: string): unknown => expect.stringContaining(`"error":"${code}"`);
const eventsOf = (sessionId: string) =>
  aws.events.filter(({ detail }) => (detail as { sessionId?: string }).sessionId === sessionId);

function claimsOf(token: string): Readonly<Record<string, unknown>> {
  return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as Record<string, unknown>;
}

describe('a native session', () => {
  it('is refreshed from token to token, and gives a JWT each time', async () => {
    const app = await signInToApp(url);
    const answer = await post('refresh', { refreshToken: app.refreshToken });
    expect(answer.status).toBe(200);
    const second = tokensIn(answer);
    expect(second).toMatchObject({ tokenType: 'Bearer', expiresIn: 3600, sessionId: app.sessionId });
    expect(second.refreshExpiresIn).toBe(60 * 86_400);
    expect(claimsOf(second.token)).toMatchObject({ sub: app.uid, sid: app.sessionId, client_id: 'gatehouse-native' });
    expect(claimsOf(second.token)['jti']).not.toBe(claimsOf(app.token)['jti']);
    const third = tokensIn(await post('refresh', { refreshToken: second.refreshToken }));
    expect(third.refreshToken).not.toBe(second.refreshToken);
  });

  it('answers ten refreshes with one token by one successor', async () => {
    const { refreshToken } = await signInToApp(url);
    const answers = await Promise.all(Array.from({ length: 10 }, () => post('refresh', { refreshToken })));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    const [successor, ...others] = new Set(answers.map((answer) => tokensIn(answer).refreshToken));
    expect(others).toEqual([]);
    expect((await post('refresh', { refreshToken: successor })).status).toBe(200);
  });

  it('outlives the instances that served it', async () => {
    const { refreshToken } = await signInToApp(url);
    gatehouse.killInstances();
    expect((await post('refresh', { refreshToken })).status).toBe(200);
  });

  it('that is bound to a key is refreshed with a proof by it', async () => {
    const key = await createDpopKey();
    const app = await signInToApp(url, { key });
    expect(app.tokenType).toBe('DPoP');
    const refreshUrl = `${url}/native/session/refresh`;
    const { refreshToken } = app;
    const bare = await post('refresh', { refreshToken });
    expect(bare).toMatchObject({ status: 400, body: refused('invalid_dpop_proof') });
    const dpop = await key.prove({ method: 'POST', url: refreshUrl });
    const answer = await post('refresh', { refreshToken }, { dpop });
    expect(tokensIn(answer)).toMatchObject({ tokenType: 'DPoP' });
    expect(claimsOf(tokensIn(answer).token)['cnf']).toEqual({ jkt: key.thumbprint });
  });
});

describe('signing out', () => {
  it('ends the session here and at WorkOS, and says so on the bus', async () => {
    const active = () => workos.sessions.filter(({ endedAt }) => endedAt === undefined).length;
    const app = await signInToApp(url);
    const before = active();
    const answer = await post('logout', { refreshToken: app.refreshToken });
    expect(answer).toMatchObject({ status: 204, body: '' });
    expect(active()).toBe(before - 1);
    const after = await post('refresh', { refreshToken: app.refreshToken });
    expect(after).toMatchObject({ status: 401, body: refused('invalid_grant') });
    expect(eventsOf(app.sessionId)).toMatchObject([
      { detailType: 'user.signed_out', detail: { userId: app.uid, sessionId: app.sessionId } },
    ]);
  });

  it('ends it here when WorkOS does not hear, and there when it is sent again', async () => {
    const { refreshToken } = await signInToApp(url);
    faults.set('workos.revoke=503');
    expect((await post('logout', { refreshToken })).status).toBe(503);
    expect((await post('refresh', { refreshToken })).status).toBe(401);
    faults.clear();
    expect((await post('logout', { refreshToken })).status).toBe(204);
  });

  it('leaves the session alone for a token that is not ours', async () => {
    const { refreshToken } = await signInToApp(url);
    expect((await post('logout', { refreshToken: `${refreshToken.slice(0, -2)}AA` })).status).toBe(204);
    expect((await post('refresh', { refreshToken })).status).toBe(200);
  });
});

describe('the calls of a warm instance', () => {
  it('are one write and one look at the user for a refresh, beside the row and the record of the JWT', async () => {
    const { refreshToken } = await signInToApp(url);
    const { refreshToken: next } = tokensIn(await post('refresh', { refreshToken }));
    expect(await callsDuring(gatehouse, () => post('refresh', { refreshToken: next }))).toStrictEqual({
      'dynamodb.GetItem': 2,
      'dynamodb.PutItem': 1,
      'dynamodb.UpdateItem': 1,
    });
  });

  it('are none to a table for a guess', async () => {
    const { refreshToken } = await signInToApp(url);
    await post('refresh', { refreshToken });
    // Of the bits that the MAC covers, and of the MAC: a letter of its own in either place.
    const changed = (at: number) =>
      refreshToken.slice(0, at) + (refreshToken[at] === 'A' ? 'B' : 'A') + refreshToken.slice(at + 1);
    const guesses = ['junk', changed(30), changed(60)];
    const calls = await callsDuring(gatehouse, async () => {
      for (const guess of guesses) expect((await post('refresh', { refreshToken: guess })).status).toBe(401);
    });
    expect(calls).toStrictEqual({});
  });
});

describe('the log of all this', () => {
  it('holds none of the tokens', () => {
    expect(secrets.size).toBeGreaterThan(15);
    const text = gatehouse.logLines.map((line) => line.text).join('\n');
    expect(text).toContain('native.session_refreshed');
    expect([...secrets].filter((secret) => text.includes(secret))).toEqual([]);
  });
});
