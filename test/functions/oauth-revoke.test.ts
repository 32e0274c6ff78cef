/** RFC 7009. */
import { beforeEach, describe, expect, it } from 'vitest';
import { oauthRevoke } from '../../functions/oauth-revoke/oauth-revoke.ts';
import { oauthError } from '../../functions/shared/http/oauth-error.ts';
import { askEndpoint, type EndpointAnswer } from '../support/ask-endpoint.ts';
import { createDpopKey } from '../support/dpop-key.ts';
import { nativeClients } from '../support/native-clients.ts';
import { grantedBy, type NativeGrantsUnderTest, startNativeGrants } from '../support/native-grants-under-test.ts';
import { encode, type Form } from '../support/oauth-token-under-test.ts';

let grants: NativeGrantsUnderTest;
beforeEach(async () => {
  grants = await startNativeGrants();
});

function ask(form: Form | string, headers: Readonly<Record<string, string>> = {}): Promise<EndpointAnswer> {
  const endpoint = oauthRevoke({ ...grants.parts, accessTokens: grants.verifier, settings: { nativeClients } });
  return askEndpoint(endpoint, '/oauth/revoke', {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
    body: typeof form === 'string' ? form : encode(form),
    errors: oauthError,
  });
}

const revoke = (token: string, more: Form = {}) => ask({ token, client_id: 'gatehouse-native', ...more });
const errorOf = ({ body }: EndpointAnswer): unknown => (JSON.parse(body) as Record<string, unknown>)['error'];
const done = { status: 200, body: '' };

describe('POST /oauth/revoke', () => {
  it('ends the session of a refresh token, here and at WorkOS, and tells the bus once', async () => {
    const { refreshToken } = await grants.begin();
    expect(await revoke(refreshToken)).toMatchObject(done);
    expect(await revoke(refreshToken)).toMatchObject(done);
    expect(await grants.refresh(refreshToken)).toMatchObject({ reason: 'ended' });
    expect(grants.workos.revoked[0]).toBe('session_01HALICE');
    expect(grants.events.published.map(({ name }) => name)).toStrictEqual(['user.signed_out']);
  });

  it('ends it by an older token of the same session', async () => {
    const { refreshToken } = await grants.begin();
    const next = grantedBy(await grants.refresh(refreshToken)).refreshToken;
    grants.clock.advanceSeconds(3600);
    expect(await revoke(refreshToken)).toMatchObject(done);
    expect(await grants.refresh(next)).toMatchObject({ reason: 'ended' });
  });

  it('ends it by its access token', async () => {
    const { token, refreshToken } = await grants.begin();
    expect(await revoke(token)).toMatchObject(done);
    expect(await grants.refresh(refreshToken)).toMatchObject({ reason: 'ended' });
    expect(grants.workos.revoked).toStrictEqual(['session_01HALICE']);
  });

  it('ends one that is bound to a key without a proof', async () => {
    const { thumbprint: dpopThumbprint } = await createDpopKey();
    const { token, refreshToken } = await grants.begin({ dpopThumbprint });
    expect(await revoke(token)).toMatchObject(done);
    expect(await grants.refresh(refreshToken, { proofThumbprint: dpopThumbprint })).toMatchObject({ reason: 'ended' });
  });

  it.each(['refresh_token', 'access_token', 'nonsense', ''])('needs no hint, and %j is only one', async (hint) => {
    for (const kind of ['token', 'refreshToken'] as const) {
      const tokens = await grants.begin();
      expect(await revoke(tokens[kind], { token_type_hint: hint })).toMatchObject(done);
      expect(await grants.refresh(tokens.refreshToken)).toMatchObject({ reason: 'ended' });
    }
  });

  it.each(['junk', 'a.b.c', 'A'.repeat(90)])(
    'has nothing to end for %s, which is what was asked for',
    async (token) => {
      expect(await revoke(token)).toMatchObject(done);
      expect(grants.workos.revoked).toStrictEqual([]);
    },
  );

  it('has nothing to end for an access token that has expired', async () => {
    const { token, refreshToken } = await grants.begin();
    grants.clock.advanceSeconds(3606);
    expect(await revoke(token)).toMatchObject(done);
    expect(await grants.refresh(refreshToken)).toMatchObject({ outcome: 'granted' });
  });

  it.each(['token', 'refreshToken'] as const)('refuses another client’s %s, which stays as it was', async (kind) => {
    const tokens = await grants.begin();
    const answer = await revoke(tokens[kind], { client_id: 'gatehouse-asking' });
    expect({ status: answer.status, error: errorOf(answer) }).toStrictEqual({ status: 400, error: 'invalid_grant' });
    expect(await grants.refresh(tokens.refreshToken)).toMatchObject({ outcome: 'granted' });
    expect(grants.workos.revoked).toStrictEqual([]);
  });

  it('answers 503 while WorkOS does not hear, has ended it here, and may be repeated', async () => {
    const { refreshToken } = await grants.begin();
    grants.workos.isAway = true;
    const answer = await revoke(refreshToken);
    expect({ status: answer.status, error: errorOf(answer) }).toStrictEqual({
      status: 503,
      error: 'temporarily_unavailable',
    });
    expect(answer.headers['retry-after']).toMatch(/^\d+$/);
    expect(await grants.refresh(refreshToken)).toMatchObject({ reason: 'ended' });
    grants.workos.isAway = false;
    expect(await revoke(refreshToken)).toMatchObject(done);
    expect(grants.workos.revoked).toStrictEqual(['session_01HALICE']);
  });

  it.each([
    ['invalid_request', 'no token', { client_id: 'gatehouse-native' }],
    ['invalid_request', 'no client_id', { token: 'junk' }],
    ['invalid_request', 'an empty token', { token: '', client_id: 'gatehouse-native' }],
    ['invalid_request', 'two tokens', 'token=a&token=b&client_id=gatehouse-native'],
    ['invalid_client', 'an unknown client', { token: 'junk', client_id: 'nobody' }],
    ['invalid_client', 'a client secret', { token: 'junk', client_id: 'gatehouse-native', client_secret: 'x' }],
  ])('answers 400 %s to %s', async (error, _, form) => {
    const answer = await ask(form);
    expect({ status: answer.status, error: errorOf(answer) }).toStrictEqual({ status: 400, error });
  });

  it('answers 400 to a body that is no form, and 401 to a client that tries a password', async () => {
    const json = await ask('{}', { 'content-type': 'application/json' });
    expect({ status: json.status, error: errorOf(json) }).toStrictEqual({ status: 400, error: 'invalid_request' });
    const basic = await ask({ token: 'junk', client_id: 'gatehouse-native' }, { authorization: 'Basic eDp5' });
    expect({ status: basic.status, error: errorOf(basic) }).toStrictEqual({ status: 401, error: 'invalid_client' });
  });

  it('writes no token into the log', async () => {
    const { refreshToken } = await grants.begin();
    const { log } = await revoke(refreshToken);
    expect(JSON.stringify(log.lines)).not.toContain(refreshToken);
  });
});
