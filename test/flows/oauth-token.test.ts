/** `POST /oauth/token` and `POST /oauth/revoke` over HTTP: RFC 6749 §5, RFC 7009, RFC 9449 §5 and §7.1. */
import { afterEach, describe, expect, it } from 'vitest';
import { createDpopKey, type DpopKey } from '../support/dpop-key.ts';
import { startGatehouse } from '../support/gatehouse.ts';
import { authorize, clientId, exchangeCode, requestToken, type TokenAnswer } from '../support/oauth-app.ts';
import { encode, type Form } from '../support/oauth-token-under-test.ts';
import { callsDuring } from '../support/outbound-calls.ts';
import { type Answer, UserAgent } from '../support/user-agent.ts';

const gatehouse = await startGatehouse();
const { url: issuer, faults, aws } = gatehouse;
const state = 'app-state';
const key = await createDpopKey();

afterEach(() => faults.clear());

async function signIn(by?: DpopKey): Promise<TokenAnswer['body']> {
  const { body } = await exchangeCode(issuer, await authorize(issuer, { state }), by ? await proof(by) : {});
  return body;
}

const proof = async (by = key, path = '/oauth/token', method = 'POST', accessToken?: string) => ({
  dpop: await by.prove({ method, url: issuer + path, ...(accessToken !== undefined && { accessToken }) }),
});

const refresh = (refreshToken: unknown, headers: Readonly<Record<string, string>> = {}) =>
  requestToken(issuer, { grant_type: 'refresh_token', refresh_token: String(refreshToken) }, headers);

const post = (path: string, form: Form | string, headers: Readonly<Record<string, string>> = {}): Promise<Answer> =>
  new UserAgent().send(issuer + path, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
    body: typeof form === 'string' ? form : encode(form),
  });

const revoke = (token: unknown) => post('/oauth/revoke', { token: String(token), client_id: clientId });

const ask = (path: string, authorization: string, method = 'GET', headers: Readonly<Record<string, string>> = {}) =>
  new UserAgent().send(issuer + path, { method, headers: { authorization, ...headers } });

const refused = (code: string): unknown => expect.stringContaining(`"error":"${code}"`);

describe('a session by OAuth', () => {
  it('is like any other: read, listed, refreshed, and over once it is revoked', async () => {
    const { access_token: token, refresh_token: refreshToken } = await signIn();
    const bearer = `Bearer ${token}`;
    const { sessionId } = JSON.parse((await ask('/session', bearer)).body) as { readonly sessionId: string };
    expect((await ask('/sessions', bearer)).body).toContain(`"id":"${sessionId}","kind":"native","current":true`);

    const next = await refresh(refreshToken);
    expect(next).toMatchObject({ status: 200, body: { token_type: 'Bearer', scope: 'offline_access' } });
    expect(await revoke(next.body['refresh_token'])).toMatchObject({ status: 200, body: '' });
    expect((await ask('/session', bearer)).status).toBe(401);
    expect(await refresh(next.body['refresh_token'])).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
    expect(aws.events.map(({ detail }) => detail)).toContainEqual(expect.objectContaining({ sessionId }));
  });

  it('is over once its access token is revoked, also for its refresh token', async () => {
    const { access_token: token, refresh_token: refreshToken } = await signIn();
    expect((await revoke(token)).status).toBe(200);
    expect((await refresh(refreshToken)).status).toBe(400);
  });

  it('is refreshed at our own endpoint too, for it is the same session', async () => {
    const { refresh_token: refreshToken } = await signIn();
    const { status } = await new UserAgent().send(`${issuer}/native/session/refresh`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ refreshToken }),
    });
    expect(status).toBe(200);
  });
});

describe('a code', () => {
  it('is exchanged once, of many who ask at once', async () => {
    const authorization = await authorize(issuer, { state });
    const answers = await Promise.all(Array.from({ length: 4 }, () => exchangeCode(issuer, authorization)));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  });

  it('is spent by a wrong verifier, and not by a malformed request', async () => {
    const authorization = await authorize(issuer, { state });
    const malformed = await exchangeCode(issuer, authorization, {}, { redirect_uri: undefined });
    expect(malformed).toMatchObject({ status: 400, body: { error: 'invalid_request' } });
    const unproven = await exchangeCode(issuer, authorization, {}, { code_verifier: undefined });
    expect(unproven).toMatchObject({ status: 400, body: { error: 'invalid_request' } });
    const wrong = await exchangeCode(issuer, { ...authorization, codeVerifier: 'w'.repeat(43) });
    expect(wrong).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
    expect((await exchangeCode(issuer, authorization)).status).toBe(400);
  });

  it('is a ticket under another name, but not for the client of another redirect', async () => {
    const authorization = await authorize(issuer, { state, redirect_uri: 'http://127.0.0.1:4711/callback' });
    const other = await exchangeCode(issuer, authorization, {}, { redirect_uri: 'http://127.0.0.1:4712/callback' });
    expect(other.body['error']).toBe('invalid_grant');
  });
});

describe('tokens that a proof has bound', () => {
  it('are told to be so, and refresh with a proof alone', async () => {
    const bound = await signIn(key);
    expect(bound).toMatchObject({ token_type: 'DPoP' });
    const bare = await refresh(bound['refresh_token']);
    expect(bare).toMatchObject({ status: 400, body: { error: 'invalid_dpop_proof' } });
    const next = await refresh(bound['refresh_token'], await proof());
    expect(next).toMatchObject({ status: 200, body: { token_type: 'DPoP' } });
  });

  it('are refused as Bearer by everything of ours that takes tokens', async () => {
    const { access_token: token } = await signIn(key);
    const routes = [
      ['GET', '/session'],
      ['GET', '/sessions'],
      ['DELETE', `/sessions/${'0'.repeat(32)}`],
    ] as const;
    for (const [method, path] of routes) {
      expect(await ask(path, `Bearer ${token}`, method)).toMatchObject({
        status: 401,
        body: refused('unauthenticated'),
      });
    }
    const withProof = await proof(key, '/session', 'GET', String(token));
    expect((await ask('/session', `Bearer ${token}`, 'GET', withProof)).status).toBe(401);
    const again = await proof(key, '/session', 'GET', String(token));
    expect((await ask('/session', `DPoP ${token}`, 'GET', again)).status).toBe(200);
  });
});

describe('what RFC 6749 has no status for', () => {
  it.each([
    ['another content type', () => post('/oauth/token', '{}', { 'content-type': 'application/json' })],
    ['a body over 16 KB', () => post('/oauth/revoke', { token: 'x'.repeat(17_000), client_id: clientId })],
    ['another method', () => new UserAgent().send(`${issuer}/oauth/token?grant_type=refresh_token`)],
    ['PUT', () => new UserAgent().send(`${issuer}/oauth/revoke`, { method: 'PUT' })],
    [
      'two proofs',
      async () => {
        const { dpop } = await proof();
        return post(
          '/oauth/token',
          { grant_type: 'refresh_token', refresh_token: 'x', client_id: clientId },
          { dpop: `${dpop}, ${dpop}` },
        );
      },
    ],
  ])('is 400: %s', async (what, send) => {
    const { status, body } = await send();
    expect({ status, body }).toStrictEqual({
      status: 400,
      body: refused(what === 'two proofs' ? 'invalid_dpop_proof' : 'invalid_request'),
    });
  });

  it.each(['password', 'client_credentials', 'urn:ietf:params:oauth:grant-type:device_code'])(
    'is 400 unsupported_grant_type: %s',
    async (grantType) => {
      const answer = await requestToken(issuer, { grant_type: grantType, username: 'alice', password: 'x' });
      expect(answer).toMatchObject({ status: 400, body: { error: 'unsupported_grant_type' } });
    },
  );

  it('is 401 with a scheme for a client that tries a password, which API Gateway renames', async () => {
    const { status, headers, body } = await post(
      '/oauth/token',
      { grant_type: 'refresh_token' },
      { authorization: 'Basic eDp5' },
    );
    expect({ status, body }).toStrictEqual({ status: 401, body: refused('invalid_client') });
    expect(headers.get('x-amzn-remapped-www-authenticate')).toBe('Basic realm="gatehouse"');
  });

  it('is 503 with Retry-After when a table is away, and the refresh token stays as it was', async () => {
    const { refresh_token: refreshToken } = await signIn();
    faults.set('dynamodb.GetItem=throttle');
    const answer = await refresh(refreshToken);
    expect(answer).toMatchObject({ status: 503, body: { error: 'temporarily_unavailable' } });
    expect(answer.headers.get('retry-after')).toMatch(/^\d+$/);
    faults.clear();
    expect((await refresh(refreshToken)).status).toBe(200);
  });
});

describe('a warm instance', () => {
  it('exchanges a code with a ticket taken, a user and a session looked at, and two rows written', async () => {
    await signIn();
    const authorization = await authorize(issuer, { state });
    expect(await callsDuring(gatehouse, () => exchangeCode(issuer, authorization))).toStrictEqual({
      'dynamodb.DeleteItem': 1,
      'dynamodb.GetItem': 2,
      'dynamodb.PutItem': 2,
    });
  });

  it('refreshes with a session and a user looked at, and two rows written', async () => {
    const { refresh_token: refreshToken } = await signIn();
    expect(await callsDuring(gatehouse, () => refresh(refreshToken))).toStrictEqual({
      'dynamodb.GetItem': 2,
      'dynamodb.PutItem': 1,
      'dynamodb.UpdateItem': 1,
    });
  });

  it('pays one more write for a proof', async () => {
    const { refresh_token: refreshToken } = await signIn(key);
    const headers = await proof();
    expect(await callsDuring(gatehouse, () => refresh(refreshToken, headers))).toMatchObject({ 'dynamodb.PutItem': 2 });
  });

  it('revokes with a look and a write here, one event, and one call to WorkOS', async () => {
    await revoke((await signIn())['refresh_token']);
    const { refresh_token: refreshToken } = await signIn();
    expect(await callsDuring(gatehouse, () => revoke(refreshToken))).toStrictEqual({
      'dynamodb.GetItem': 1,
      'dynamodb.UpdateItem': 1,
      'events.PutEvents': 1,
      'workos.revoke': 1,
    });
  });

  it('asks nobody about a token that is none', async () => {
    for (const token of ['junk', 'A'.repeat(90)]) {
      expect(await callsDuring(gatehouse, () => revoke(token))).toStrictEqual({});
      expect(await callsDuring(gatehouse, () => refresh(token))).toStrictEqual({});
    }
  });
});

describe('a new instance', () => {
  it('asks KMS once for each of its keys', async () => {
    const { refresh_token: refreshToken } = await signIn();
    gatehouse.killInstances('oauth-token');
    const first = await callsDuring(gatehouse, () => refresh(refreshToken));
    expect(first).toMatchObject({ 'kms.Decrypt': 2, 'dynamodb.Query': 2 });
    const { refresh_token: another } = await signIn();
    expect(await callsDuring(gatehouse, () => refresh(another))).not.toHaveProperty('kms.Decrypt');
  });
});
