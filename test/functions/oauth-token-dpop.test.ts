/** RFC 9449 §4.3, §5 and §10 at the token endpoint. */
import { decodeJwt } from 'jose';
import { beforeEach, describe, expect, it } from 'vitest';
import { type NativeGrantsUnderTest, publicUrl, startNativeGrants } from '../support/native-grants-under-test.ts';
import { appKey, startTokenEndpoint, strangersKey } from '../support/oauth-token-under-test.ts';

let grants: NativeGrantsUnderTest;
let endpoint: ReturnType<typeof startTokenEndpoint>;
beforeEach(async () => {
  grants = await startNativeGrants();
  endpoint = startTokenEndpoint(grants);
});

const named = { dpopThumbprint: appKey.thumbprint };

/** From a login to the first tokens, bound. */
async function beginBound(): Promise<string> {
  return (await endpoint.exchange(await grants.login(), {}, await endpoint.prove())).refreshToken;
}

describe('a code whose login named a key', () => {
  it('is exchanged with a proof by that key, for bound tokens', async () => {
    const { status, says } = await endpoint.exchange(await grants.login(named), {}, await endpoint.prove());
    expect({ status, type: says['token_type'] }).toStrictEqual({ status: 200, type: 'DPoP' });
    expect(decodeJwt(String(says['access_token']))).toMatchObject({ cnf: { jkt: appKey.thumbprint } });
  });

  it.each([
    ['a proof by another key', () => endpoint.prove(strangersKey)],
    ['no proof', () => Promise.resolve({})],
  ])('is refused and gone with %s', async (_, toHeaders) => {
    const proof = await grants.login(named);
    const refused = await endpoint.exchange(proof, {}, await toHeaders());
    expect({ status: refused.status, error: refused.error }).toStrictEqual({ status: 400, error: 'invalid_grant' });
    expect((await endpoint.exchange(proof, {}, await endpoint.prove())).error).toBe('invalid_grant');
  });
});

describe('a code whose login named none', () => {
  it('is bound to the key of the proof that comes with it', async () => {
    const { says } = await endpoint.exchange(await grants.login(), {}, await endpoint.prove());
    expect(says).toMatchObject({ token_type: 'DPoP' });
    expect(decodeJwt(String(says['access_token']))).toMatchObject({ cnf: { jkt: appKey.thumbprint } });
  });

  it('leads to tokens that are bound to nothing where there is no proof', async () => {
    const { says } = await endpoint.exchange(await grants.login());
    expect(says).toMatchObject({ token_type: 'Bearer' });
    expect(decodeJwt(String(says['access_token']))).not.toHaveProperty('cnf');
  });
});

describe('a proof that is none for this request', () => {
  it.each([
    ['for another endpoint', () => endpoint.prove(appKey, `${publicUrl}/oauth/revoke`)],
    [
      'for another method',
      async () => ({
        dpop: await appKey.prove({
          method: 'GET',
          url: `${publicUrl}/oauth/token`,
          claims: { iat: grants.clock().getTime() / 1000 },
        }),
      }),
    ],
    ['that is no JWT', () => Promise.resolve({ dpop: 'junk' })],
    ['that is empty', () => Promise.resolve({ dpop: '' })],
    // API Gateway joins headers of one name by a comma.
    ['that came twice', async () => ({ dpop: `${(await endpoint.prove()).dpop},${(await endpoint.prove()).dpop}` })],
  ])('is refused before all else, and the code is kept: %s', async (_, toHeaders) => {
    for (const details of [{}, named]) {
      const proof = await grants.login(details);
      const refused = await endpoint.exchange(proof, {}, await toHeaders());
      expect({ status: refused.status, error: refused.error }).toStrictEqual({
        status: 400,
        error: 'invalid_dpop_proof',
      });
      expect((await endpoint.exchange(proof, {}, await endpoint.prove())).status).toBe(200);
    }
  });

  it('is refused when it was sent before, and the code is kept', async () => {
    const headers = await endpoint.prove();
    await endpoint.exchange(await grants.login(), {}, headers);
    const proof = await grants.login();
    expect((await endpoint.exchange(proof, {}, headers)).error).toBe('invalid_dpop_proof');
    expect((await endpoint.exchange(proof, {}, await endpoint.prove())).status).toBe(200);
  });

  it('is not looked at in a request that is malformed, so that it may be sent again', async () => {
    const headers = await endpoint.prove();
    const proof = await grants.login();
    expect((await endpoint.exchange(proof, { code: undefined }, headers)).error).toBe('invalid_request');
    expect((await endpoint.exchange(proof, {}, headers)).status).toBe(200);
  });
});

describe('a refresh token that is bound', () => {
  it('is exchanged with a proof by its key, and its successor is bound to it', async () => {
    const { says } = await endpoint.refresh(await beginBound(), await endpoint.prove());
    expect(says).toMatchObject({ token_type: 'DPoP' });
    expect(decodeJwt(String(says['access_token']))).toMatchObject({ cnf: { jkt: appKey.thumbprint } });
  });

  it.each([
    ['invalid_dpop_proof', 'no proof', () => Promise.resolve({})],
    ['invalid_dpop_proof', 'a proof that is none', () => Promise.resolve({ dpop: 'junk' })],
    ['invalid_grant', 'a proof by another key', () => endpoint.prove(strangersKey)],
  ])('is refused as %s with %s, and stays as it was', async (error, _, toHeaders) => {
    const refreshToken = await beginBound();
    expect(await endpoint.refresh(refreshToken, await toHeaders())).toMatchObject({ status: 400, error });
    expect((await endpoint.refresh(refreshToken, await endpoint.prove())).status).toBe(200);
  });
});

describe('a refresh token that is not bound', () => {
  it('is not bound later: whoever stole it could bind it to a key of theirs', async () => {
    const { refreshToken } = await grants.begin();
    const first = await endpoint.refresh(refreshToken, await endpoint.prove());
    expect(first.says).toMatchObject({ token_type: 'Bearer' });
    expect((await endpoint.refresh(first.refreshToken)).status).toBe(200);
  });
});
