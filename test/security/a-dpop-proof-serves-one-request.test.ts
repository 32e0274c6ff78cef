/** Threat 17: a proof of possession (RFC 9449) is good for the request it was made for, once, by the key that the token names. */
import { SignJWT } from 'jose';
import { beforeAll, describe, expect, it } from 'vitest';
import { createDpopKey, type DpopKey, type ProofOptions } from '../support/dpop-key.ts';
import { startGatehouse } from '../support/gatehouse.ts';
import { authorize, exchangeCode, requestToken } from '../support/oauth-app.ts';

const gatehouse = await startGatehouse();
const { url } = gatehouse;
const tokenUrl = `${url}/oauth/token`;
const atToken = { method: 'POST', url: tokenUrl };
const atSession = { method: 'GET', url: `${url}/session` };
const nowSeconds = () => Math.floor(Date.now() / 1000);

let key: DpopKey;
let other: DpopKey;
let accessToken: string;
let refreshToken: string;

beforeAll(async () => {
  [key, other] = await Promise.all([createDpopKey(), createDpopKey()]);
  const tokens = await exchangeCode(url, await authorize(url), { dpop: await key.prove(atToken) });
  accessToken = String(tokens.body['access_token']);
  refreshToken = String(tokens.body['refresh_token']);
});

async function askSession(proof: string, scheme = 'DPoP', target = `${url}/session`): Promise<number> {
  const { status } = await fetch(target, { headers: { authorization: `${scheme} ${accessToken}`, dpop: proof } });
  return status;
}

const wrongProofs: Readonly<Record<string, Partial<ProofOptions>>> = {
  'of another method': { method: 'PUT' },
  'of another path': { url: `${url}/sessions` },
  'of another host': { url: 'https://auth.example.com/session' },
  'from five minutes ago': { claims: { iat: nowSeconds() - 300 } },
  'from in five minutes': { claims: { iat: nowSeconds() + 300 } },
  'without a time': { claims: { iat: undefined } },
  'without an id': { claims: { jti: undefined } },
  'of another type': { header: { typ: 'JWT' } },
  'without its key': { header: { jwk: undefined } },
  'with a critical header that nobody knows': { header: { crit: ['b64'], b64: true } },
};

describe('a bound token at an endpoint of ours', () => {
  it('works with a proof of its key', async () => {
    expect(await askSession(await key.prove({ ...atSession, accessToken }))).toBe(200);
  });

  it('is refused as Bearer, with a proof or without, everywhere our functions take tokens', async () => {
    const proof = await key.prove({ ...atSession, accessToken });
    expect(await askSession(proof, 'Bearer')).toBe(401);
    for (const path of ['/session', '/sessions']) {
      const answer = await fetch(`${url}${path}`, { headers: { authorization: `Bearer ${accessToken}` } });
      expect(answer.status).toBe(401);
    }
  });

  it.each(Object.entries(wrongProofs))('is refused with a proof %s', async (_, wrong) => {
    expect(await askSession(await key.prove({ ...atSession, accessToken, ...wrong }))).toBe(401);
  });

  it('is refused with a proof for another token, or for none', async () => {
    expect(await askSession(await key.prove({ ...atSession, accessToken: 'another' }))).toBe(401);
    expect(await askSession(await key.prove(atSession))).toBe(401);
  });

  it('is refused with a proof by another key', async () => {
    expect(await askSession(await other.prove({ ...atSession, accessToken }))).toBe(401);
  });

  it('is refused with a proof that shows a private key, a symmetric one, or is not signed', async () => {
    const claims = { htm: 'GET', htu: atSession.url, iat: nowSeconds(), jti: 'once' };
    const symmetric = new SignJWT(claims)
      .setProtectedHeader({ alg: 'HS256', typ: 'dpop+jwt', jwk: { kty: 'oct', k: 'c2VjcmV0' } as never })
      .sign(Buffer.alloc(32, 's'));
    const unsigned = [{ alg: 'none', typ: 'dpop+jwt', jwk: key.publicJwk }, claims]
      .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
      .join('.');
    expect(await askSession(await key.prove({ ...atSession, accessToken, header: { jwk: key.privateJwk } }))).toBe(401);
    expect(await askSession(await symmetric)).toBe(401);
    expect(await askSession(`${unsigned}.`)).toBe(401);
  });
});

describe('a proof that was used', () => {
  it('serves one of twenty that use it at once, whichever instances they meet', async () => {
    const proof = await key.prove({ ...atSession, accessToken });
    const statuses = await Promise.all(Array.from({ length: 20 }, () => askSession(proof)));
    expect(statuses.filter((status) => status === 200)).toHaveLength(1);
  });

  it('is remembered by instances that start later', async () => {
    const proof = await key.prove({ ...atSession, accessToken });
    expect(await askSession(proof)).toBe(200);
    gatehouse.killInstances('session');
    expect(await askSession(proof)).toBe(401);
  });

  it('cannot be used at the token endpoint again', async () => {
    const proof = await key.prove(atToken);
    const [first, second] = [await authorize(url), await authorize(url)];
    expect((await exchangeCode(url, first, { dpop: proof })).status).toBe(200);
    expect(await exchangeCode(url, second, { dpop: proof })).toMatchObject({
      status: 400,
      body: { error: 'invalid_dpop_proof' },
    });
  });
});

describe('the token endpoint', () => {
  it('judges the proof before the code, which is kept when the proof is none', async () => {
    const authorization = await authorize(url);
    for (const wrong of [{ method: 'GET' }, { url: `${url}/session` }, { header: { typ: 'JWT' } }]) {
      const refused = await exchangeCode(url, authorization, { dpop: await key.prove({ ...atToken, ...wrong }) });
      expect(refused).toMatchObject({ status: 400, body: { error: 'invalid_dpop_proof' } });
    }
    const exchanged = await exchangeCode(url, authorization, { dpop: await key.prove(atToken) });
    expect(exchanged).toMatchObject({ status: 200, body: { token_type: 'DPoP' } });
  });

  it('burns the code of another key (dpop_jkt) for whoever proves their own', async () => {
    const authorization = await authorize(url, { dpop_jkt: key.thumbprint });
    const stolen = await exchangeCode(url, authorization, { dpop: await other.prove(atToken) });
    expect(stolen).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
    const late = await exchangeCode(url, authorization, { dpop: await key.prove(atToken) });
    expect(late).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
  });

  it('refreshes bound tokens for their key alone, and spends nothing on others', async () => {
    const form = { grant_type: 'refresh_token', refresh_token: refreshToken };
    expect((await requestToken(url, form)).body['error']).toBe('invalid_dpop_proof');
    const stolen = await requestToken(url, form, { dpop: await other.prove(atToken) });
    expect(stolen.body['error']).toBe('invalid_grant');
    const refreshed = await requestToken(url, form, { dpop: await key.prove(atToken) });
    expect(refreshed).toMatchObject({ status: 200, body: { token_type: 'DPoP' } });
  });
});
