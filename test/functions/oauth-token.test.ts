/** RFC 6749 §4.1.3, §5 and §6. DPoP has a file of its own. */
import { decodeJwt } from 'jose';
import { beforeEach, describe, expect, it } from 'vitest';
import { hashTicket, newTicket } from '../../functions/shared/domain/device-tickets.ts';
import { wholeConnectTicket } from '../support/device-tickets-contract.ts';
import { type NativeGrantsUnderTest, startNativeGrants, userId } from '../support/native-grants-under-test.ts';
import { codeForm, encode, startTokenEndpoint } from '../support/oauth-token-under-test.ts';

let grants: NativeGrantsUnderTest;
let endpoint: ReturnType<typeof startTokenEndpoint>;
beforeEach(async () => {
  grants = await startNativeGrants();
  endpoint = startTokenEndpoint(grants);
});

const tokens = {
  access_token: expect.any(String),
  token_type: 'Bearer',
  expires_in: 3600,
  refresh_token: expect.any(String),
  scope: 'offline_access',
};

describe('a code', () => {
  it('is exchanged for tokens, to be kept by no cache', async () => {
    const { status, headers, says } = await endpoint.exchange(await grants.login());
    expect(status).toBe(200);
    expect(says).toStrictEqual(tokens);
    expect(headers).toMatchObject({ 'cache-control': 'private, no-store', pragma: 'no-cache' });
  });

  it('leads to a JWT for its user and client', async () => {
    const { says } = await endpoint.exchange(await grants.login());
    expect(decodeJwt(String(says['access_token']))).toMatchObject({ sub: userId, client_id: 'gatehouse-native' });
  });

  it('is exchanged whatever else the request says, a scope included', async () => {
    const more = { scope: 'openid profile', audience: 'x', foo: 'bar', client_secret: '' };
    const { says } = await endpoint.exchange(await grants.login(), more);
    expect(says).toStrictEqual(tokens);
  });

  it('is exchanged beside an Authorization header that is no client authentication', async () => {
    const { status } = await endpoint.exchange(await grants.login(), {}, { authorization: 'Bearer old-token' });
    expect(status).toBe(200);
  });

  it('is exchanged once', async () => {
    const proof = await grants.login();
    const answers = await Promise.all(Array.from({ length: 50 }, () => endpoint.exchange(proof)));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(new Set(answers.map(({ error }) => error))).toStrictEqual(new Set([undefined, 'invalid_grant']));
  });

  it('is none where it is the ticket of a consent, which is gone then', async () => {
    const ticket = newTicket();
    const expiresAt = new Date(grants.clock().getTime() + 120_000);
    await grants.parts.tickets.put(hashTicket(ticket), { ...wholeConnectTicket, userId, expiresAt });
    const { status, error } = await endpoint.exchange({ ticket, verifier: 'v'.repeat(43) });
    expect([status, error]).toStrictEqual([400, 'invalid_grant']);
    expect(await grants.parts.tickets.take(hashTicket(ticket))).toBeUndefined();
    expect(grants.sessionRows.size).toBe(0);
  });

  it.each([
    ['another verifier', { code_verifier: 'w'.repeat(43) }],
    ['a verifier that is none', { code_verifier: 'w' }],
    ['another redirect', { redirect_uri: 'http://127.0.0.1/callback' }],
    ['another client', { client_id: 'gatehouse-asking' }],
    ['another code', { code: 'A'.repeat(43) }],
    ['a code that is none', { code: 'x y' }],
  ])('is refused with %s, in one and the same words', async (_, changes) => {
    const { status, says, headers } = await endpoint.exchange(await grants.login(), changes);
    expect(status).toBe(400);
    expect(says).toStrictEqual({
      error: 'invalid_grant',
      error_description: 'This grant is unknown, used, ended or not for this client. Sign in again.',
      request_id: expect.any(String),
    });
    expect(headers['cache-control']).toBe('private, no-store');
  });

  it.each([
    { code_verifier: 'w'.repeat(43) },
    { redirect_uri: 'http://127.0.0.1/callback' },
    { client_id: 'gatehouse-asking' },
  ])('is gone after an attempt with %j', async (changes) => {
    const proof = await grants.login();
    await endpoint.exchange(proof, changes);
    expect((await endpoint.exchange(proof)).error).toBe('invalid_grant');
  });

  it('is refused after two minutes, and when its user is gone', async () => {
    const late = await grants.login();
    grants.clock.advanceSeconds(121);
    expect((await endpoint.exchange(late)).error).toBe('invalid_grant');
    const proof = await grants.login();
    grants.users.setStatus(userId, 'disabled');
    expect((await endpoint.exchange(proof)).error).toBe('invalid_grant');
  });

  it('tells operators alone why it was refused, and nothing of what was sent', async () => {
    const proof = await grants.login();
    const { log } = await endpoint.exchange(proof, { code_verifier: 'w'.repeat(43) });
    expect(log.lines.find(({ event }) => event === 'request.failed')).toMatchObject({
      level: 'warn',
      cause: { message: 'refused: wrong_verifier' },
    });
    expect(JSON.stringify(log.lines)).not.toContain(proof.ticket);
    expect(JSON.stringify(log.lines)).not.toContain('www');
  });
});

describe('a refresh token', () => {
  it('is exchanged for its successor and another JWT', async () => {
    const { refreshToken } = await grants.begin();
    const { status, says } = await endpoint.refresh(refreshToken, {}, { scope: 'openid' });
    expect(status).toBe(200);
    expect(says).toStrictEqual(tokens);
    expect(says['refresh_token']).not.toBe(refreshToken);
  });

  it('gets one successor, also when 50 ask at once', async () => {
    const { refreshToken } = await grants.begin();
    const answers = await Promise.all(Array.from({ length: 50 }, () => endpoint.refresh(refreshToken)));
    expect(new Set(answers.map((answer) => answer.refreshToken)).size).toBe(1);
    expect(new Set(answers.map(({ status }) => status))).toStrictEqual(new Set([200]));
  });

  it('of another client is refused, and stays as it was', async () => {
    const { refreshToken } = await grants.begin();
    const stolen = await endpoint.refresh(refreshToken, {}, { client_id: 'gatehouse-asking' });
    expect({ status: stolen.status, error: stolen.error }).toStrictEqual({ status: 400, error: 'invalid_grant' });
    expect((await endpoint.refresh(refreshToken)).status).toBe(200);
  });

  it('that is old ends the session, which is told the same', async () => {
    const { refreshToken } = await grants.begin();
    const next = (await endpoint.refresh(refreshToken)).refreshToken;
    grants.clock.advanceSeconds(31);
    expect((await endpoint.refresh(refreshToken)).error).toBe('invalid_grant');
    expect((await endpoint.refresh(next)).error).toBe('invalid_grant');
    expect(grants.events.published).toMatchObject([
      { name: 'native.session.revoked', detail: { reason: 'refresh_token_reused' } },
    ]);
  });

  it.each(['junk', 'A'.repeat(90)])('that is none is refused without a look at any row: %s', async (refreshToken) => {
    expect((await endpoint.refresh(refreshToken)).error).toBe('invalid_grant');
    expect(grants.reads.sessions).toBe(0);
  });

  it('waits while WorkOS is away for more than a day: 503, and nothing is spent', async () => {
    const { refreshToken } = await grants.begin();
    grants.clock.advanceSeconds(25 * 3600);
    grants.workos.says = 'unreachable';
    const { status, error, headers } = await endpoint.refresh(refreshToken);
    expect({ status, error }).toStrictEqual({ status: 503, error: 'temporarily_unavailable' });
    expect(headers['retry-after']).toMatch(/^\d+$/);
    grants.workos.says = { stands: true, roles: [] };
    expect((await endpoint.refresh(refreshToken)).status).toBe(200);
  });
});

describe('a malformed request', () => {
  const form = { 'content-type': 'application/x-www-form-urlencoded' };

  it.each([
    ['invalid_request', 'no grant_type', { grant_type: undefined }],
    ['invalid_request', 'no client_id', { client_id: undefined }],
    ['invalid_request', 'no code', { code: undefined }],
    ['invalid_request', 'an empty verifier', { code_verifier: '' }],
    ['invalid_request', 'no redirect_uri', { redirect_uri: undefined }],
    ['unsupported_grant_type', 'a password', { grant_type: 'password' }],
    ['unsupported_grant_type', 'client credentials', { grant_type: 'client_credentials' }],
    ['invalid_client', 'an unknown client', { client_id: 'nobody' }],
    ['invalid_client', 'a client secret', { client_secret: 'x' }],
    ['invalid_client', 'a client assertion', { client_assertion: 'x' }],
  ])('is %s for %s, and the code is kept', async (error, _, changes) => {
    const proof = await grants.login();
    const answer = await endpoint.exchange(proof, changes);
    expect({ status: answer.status, error: answer.error }).toStrictEqual({ status: 400, error });
    expect(grants.reads.tickets).toBe(0);
    expect((await endpoint.exchange(proof)).status).toBe(200);
  });

  it.each(['grant_type', 'client_id', 'code', 'code_verifier', 'redirect_uri', 'refresh_token'])(
    'is invalid_request for %s more than once',
    async (name) => {
      const proof = await grants.login();
      const whole = { ...codeForm(proof), refresh_token: 'x' };
      const { says } = await endpoint.ask(`${encode(whole)}&${encode({ [name]: 'x' })}`);
      expect(says).toMatchObject({
        error: 'invalid_request',
        error_description: expect.stringContaining(`Missing or repeated: ${name}.`),
      });
      expect(grants.reads.tickets).toBe(0);
    },
  );

  it.each([
    ['JSON', '{"grant_type":"authorization_code"}', { 'content-type': 'application/json' }],
    ['no form', 'grant_type=%zz', form],
    ['too large', `code=${'x'.repeat(16 * 1024)}`, form],
    ['empty', '', form],
  ])('is invalid_request with 400 where the body is %s', async (_, body, headers) => {
    const { status, error } = await endpoint.ask(body, headers);
    expect({ status, error }).toStrictEqual({ status: 400, error: 'invalid_request' });
  });

  it('is invalid_client with 401 where the client tries a password, and names the scheme', async () => {
    const proof = await grants.login();
    const { status, error, headers } = await endpoint.exchange(proof, {}, { authorization: 'Basic eDp5' });
    expect({ status, error }).toStrictEqual({ status: 401, error: 'invalid_client' });
    expect(headers['www-authenticate']).toBe('Basic realm="gatehouse"');
    expect(grants.reads.tickets).toBe(0);
  });
});

describe('an outage', () => {
  it('is 503 with Retry-After', async () => {
    const proof = await grants.login();
    grants.keys.isAway = true;
    const { status, error, headers } = await endpoint.exchange(proof);
    expect({ status, error }).toStrictEqual({ status: 503, error: 'temporarily_unavailable' });
    expect(headers['retry-after']).toMatch(/^\d+$/);
  });
});
