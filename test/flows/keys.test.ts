/** The keys that sign our JWTs, as a deployment has them: there before anybody signs in, unwrapped once, replaced in an emergency. */
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { callsDuring } from '../support/outbound-calls.ts';
import { startGatehouse } from '../support/gatehouse.ts';
import { authorize, exchangeCode, requestToken } from '../support/oauth-app.ts';
import { UserAgent } from '../support/user-agent.ts';

const gatehouse = await startGatehouse();
const { url } = gatehouse;
const jwks = v.object({ keys: v.array(v.looseObject({ kid: v.string(), alg: v.string() })) });

const publishedKeys = async () =>
  v.parse(jwks, JSON.parse((await new UserAgent().send(`${url}/.well-known/jwks.json`)).body)).keys;
const ask = async (token: unknown) =>
  (await new UserAgent().send(`${url}/session`, { headers: { authorization: `Bearer ${String(token)}` } })).status;

describe('after a deployment', () => {
  it('there is one key, and nothing private is published of it', async () => {
    const keys = await publishedKeys();
    expect(keys).toHaveLength(1);
    expect(Object.keys(keys[0] ?? {}).toSorted()).toStrictEqual(['alg', 'e', 'kid', 'kty', 'n', 'use']);
  });

  it('the keys are read by one call and without KMS', async () => {
    await publishedKeys();
    expect(await callsDuring(gatehouse, publishedKeys)).toStrictEqual({ 'dynamodb.Query': 1 });
    const metadata = () => new UserAgent().send(`${url}/.well-known/openid-configuration`);
    expect(await callsDuring(gatehouse, metadata)).toStrictEqual({});
  });

  it('another look at the keys changes nothing', async () => {
    const before = await publishedKeys();
    expect(await gatehouse.invoke('rotate-keys', {})).toStrictEqual({ created: [], removed: [] });
    expect(await publishedKeys()).toStrictEqual(before);
  });
});

describe('KMS', () => {
  it('is asked once for each key and instance, however many tokens it signs', async () => {
    gatehouse.killInstances('oauth-token');
    const authorizations = [await authorize(url), await authorize(url), await authorize(url)];
    const calls = await callsDuring(gatehouse, async () => {
      for (const authorization of authorizations) expect((await exchangeCode(url, authorization)).status).toBe(200);
    });
    // The key that signs JWTs, and the one that authenticates refresh tokens.
    expect(calls['kms.Decrypt']).toBe(2);
  });
});

describe('an emergency', () => {
  it('puts a new key to use at once, after which the tokens of the old one open nothing', async () => {
    const [old] = await publishedKeys();
    const { body } = await exchangeCode(url, await authorize(url));
    expect(await ask(body['access_token'])).toBe(200);

    const order = { emergency: 'a drill' };
    expect(await gatehouse.invoke('rotate-keys', order)).toStrictEqual({
      created: ['signing 2'],
      removed: ['signing 1'],
    });
    const keys = await publishedKeys();
    expect(keys).toHaveLength(1);
    expect(keys[0]?.kid).not.toBe(old?.kid);

    // Instances know within a minute; a new one at once.
    for (const name of ['session', 'oauth-token']) gatehouse.killInstances(name);
    expect(await ask(body['access_token'])).toBe(401);
    const refreshed = await requestToken(url, {
      grant_type: 'refresh_token',
      refresh_token: String(body['refresh_token']),
    });
    expect(await ask(refreshed.body['access_token'])).toBe(200);
  });
});
