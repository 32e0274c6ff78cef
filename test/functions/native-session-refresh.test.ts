/** The endpoint of `POST /native/session/refresh` as a function of its dependencies; its rules are in test/shared/domain/refresh-native-session.test.ts. */
import { beforeEach, describe, expect, it } from 'vitest';
import { nativeSessionRefresh } from '../../functions/native-session-refresh/native-session-refresh.ts';
import { jsonError } from '../../functions/shared/http/errors.ts';
import { createDpopVerifier } from '../../functions/shared/jwt/dpop-proof.ts';
import { askEndpoint, type EndpointAnswer } from '../support/ask-endpoint.ts';
import { createDpopKey } from '../support/dpop-key.ts';
import { createMemoryOnce } from '../support/memory-once.ts';
import { type NativeGrantsUnderTest, publicUrl, startNativeGrants } from '../support/native-grants-under-test.ts';

let grants: NativeGrantsUnderTest;
beforeEach(async () => {
  grants = await startNativeGrants();
});

const path = '/native/session/refresh';
const key = await createDpopKey();
const strangersKey = await createDpopKey();

function ask(body: unknown, dpop?: string): Promise<EndpointAnswer> {
  const endpoint = nativeSessionRefresh({
    ...grants.parts,
    dpop: createDpopVerifier({ once: createMemoryOnce() }),
    settings: { publicUrl },
  });
  return askEndpoint(endpoint, path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(dpop !== undefined && { dpop }) },
    body: JSON.stringify(body),
    errors: jsonError,
  });
}

function prove(by = key): Promise<string> {
  const iat = Math.floor(grants.clock().getTime() / 1000);
  return by.prove({ method: 'POST', url: publicUrl + path, claims: { iat } });
}

const statusAndCode = ({ status, body }: EndpointAnswer) => ({
  status,
  code: (JSON.parse(body) as Record<string, unknown>)['error'],
});

describe('POST /native/session/refresh', () => {
  it('answers tokens in the shape of the first ones, to be kept by no cache', async () => {
    const first = await grants.begin();
    const { status, body, headers } = await ask({ refreshToken: first.refreshToken });
    expect(status).toBe(200);
    expect(JSON.parse(body)).toStrictEqual({
      ...first,
      token: expect.not.stringMatching(first.token),
      refreshToken: expect.not.stringMatching(first.refreshToken),
    });
    expect(headers['cache-control']).toBe('private, no-store');
  });

  it('answers 401 invalid_grant to a token that is unknown, and to all of a family that ended', async () => {
    const { refreshToken } = await grants.begin();
    expect(statusAndCode(await ask({ refreshToken: 'junk' }))).toEqual({ status: 401, code: 'invalid_grant' });
    await ask({ refreshToken });
    grants.clock.advanceSeconds(30);
    for (let count = 0; count < 2; count++)
      expect(statusAndCode(await ask({ refreshToken }))).toEqual({ status: 401, code: 'invalid_grant' });
  });

  it.each([{}, { refreshToken: 7 }, { refreshToken: null }, []])('answers 400 to %j', async (body) => {
    expect(statusAndCode(await ask(body))).toEqual({ status: 400, code: 'invalid_request' });
  });

  it('answers 503 when WorkOS has not been heard of for a day', async () => {
    const { refreshToken } = await grants.begin();
    grants.workos.says = 'unreachable';
    grants.clock.advanceSeconds(86_401);
    const answer = await ask({ refreshToken });
    expect(statusAndCode(answer)).toEqual({ status: 503, code: 'temporarily_unavailable' });
    expect(answer.headers['retry-after']).toMatch(/^\d+$/);
  });

  it('wants a proof by the key that the session is bound to, and spends nothing without', async () => {
    const { refreshToken } = await grants.begin({ dpopThumbprint: key.thumbprint });
    const isRefused = { status: 400, code: 'invalid_dpop_proof' };
    expect(statusAndCode(await ask({ refreshToken }))).toEqual(isRefused);
    expect(statusAndCode(await ask({ refreshToken }, 'junk'))).toEqual(isRefused);
    expect(statusAndCode(await ask({ refreshToken }, await prove(strangersKey)))).toEqual({
      status: 401,
      code: 'invalid_grant',
    });
    grants.clock.advanceSeconds(60);
    expect((await ask({ refreshToken }, await prove())).status).toBe(200);
  });

  it('logs nothing of the tokens', async () => {
    const first = await grants.begin();
    const { log, body } = await ask({ refreshToken: first.refreshToken });
    const lines = JSON.stringify([...log.lines, ...grants.log.lines]);
    const { token, refreshToken } = JSON.parse(body) as typeof first;
    for (const secret of [first.token, first.refreshToken, token, refreshToken]) expect(lines).not.toContain(secret);
  });
});
