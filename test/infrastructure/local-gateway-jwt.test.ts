/** The local gateway's JWT authorizer: what API Gateway lets through to a function, and what it does not. */
import { type CryptoKey, exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose';
import { beforeAll, describe, expect, it } from 'vitest';
import { eventIn, functionOf, type Gateway, now, send, startGateway } from './local-gateway-fixture.ts';

const audience = 'https://api.example.com';
const route = 'GET /protected';
const discovery = 'GET /.well-known/openid-configuration';
const jwks = 'GET /.well-known/jwks.json';
const seconds = Math.floor(now.getTime() / 1000);

interface Key {
  readonly privateKey: CryptoKey;
  /** As published, without its id. */
  readonly jwk: JWK;
}

let rsa: Key;
let other: Key;
let elliptic: Key;

async function newKey(algorithm: string): Promise<Key> {
  const { publicKey, privateKey } = await generateKeyPair(algorithm);
  return { privateKey, jwk: await exportJWK(publicKey) };
}

beforeAll(async () => {
  [rsa, other, elliptic] = await Promise.all([newKey('RS256'), newKey('RS256'), newKey('ES256')]);
});

interface Options {
  readonly scopes?: readonly string[];
  readonly clock?: () => Date;
  /** By key id, as published at the time of asking. */
  readonly keys?: () => Readonly<Record<string, Key>>;
  readonly metadata?: object;
}

async function start({ scopes, clock, keys = () => ({ one: rsa }), metadata }: Options = {}): Promise<Gateway> {
  const gateway: Gateway = await startGateway({
    routes: [route, discovery, jwks],
    authorization: { audience: [audience], ...(scopes && { scopes }) },
    ...(clock && { clock }),
    handle: ({ routeKey, ...event }) => {
      const issuer = issuerOf(gateway);
      if (routeKey === discovery) return json(metadata ?? { issuer, jwks_uri: `${issuer}/.well-known/jwks.json` });
      return json(
        routeKey === jwks ? { keys: Object.entries(keys()).map(([kid, { jwk }]) => ({ ...jwk, kid })) } : event,
      );
    },
  });
  return gateway;
}

const json = (body: unknown) => ({ statusCode: 200, body: JSON.stringify(body) });
const issuerOf = ({ port }: Gateway) => `http://127.0.0.1:${port}`;

interface Token {
  /** Left out where `undefined`. */
  readonly claims?: Readonly<Record<string, unknown>>;
  readonly key?: Key;
  readonly header?: { readonly alg?: string; readonly kid?: string };
}

function sign(gateway: Gateway, { claims = {}, key = rsa, header = {} }: Token = {}): Promise<string> {
  const payload = { iss: issuerOf(gateway), aud: audience, sub: 'usr_1', iat: seconds, exp: seconds + 3600, ...claims };
  return new SignJWT(payload).setProtectedHeader({ alg: 'RS256', kid: 'one', ...header }).sign(key.privateKey);
}

async function ask(gateway: Gateway, authorization?: string) {
  const headers: Record<string, string> = authorization === undefined ? {} : { Authorization: authorization };
  const { status, body } = await send(gateway, { path: '/protected', headers });
  return { status, body };
}

const unauthorized = { status: 401, body: '{"message":"Unauthorized"}' };

describe('a route with a JWT authorizer', () => {
  it('gives the function the claims, as texts', async () => {
    const gateway = await start();
    const claims = { roles: ['admin', 'member'], cnf: { jkt: 'x' }, client_id: 'app' };
    const { status, body } = await ask(gateway, `Bearer ${await sign(gateway, { claims })}`);
    expect(status).toBe(200);
    expect(eventIn(body).requestContext).toMatchObject({
      authorizer: {
        jwt: {
          claims: {
            iss: issuerOf(gateway),
            aud: audience,
            sub: 'usr_1',
            exp: String(seconds + 3600),
            client_id: 'app',
            roles: '[admin member]',
            cnf: 'map[jkt:x]',
          },
          scopes: null,
        },
      },
    });
  });

  it('takes the token without the word Bearer, too', async () => {
    const gateway = await start();
    expect(await ask(gateway, await sign(gateway))).toMatchObject({ status: 200 });
  });

  it('refuses a request without a token, and the function hears nothing of it', async () => {
    const gateway = await start();
    expect(await ask(gateway)).toEqual(unauthorized);
    expect(await ask(gateway, 'Bearer')).toEqual(unauthorized);
    expect(await ask(gateway, 'Bearer abc')).toEqual(unauthorized);
    expect(gateway.invoked).not.toContain(functionOf(route));
    expect(gateway.entries.map(({ problem }) => problem)).toEqual([
      'no JWT in Authorization',
      'no JWT in Authorization',
      expect.stringContaining('the JWT is refused'),
    ]);
  });

  it.each<[string, () => Token]>([
    ['another issuer', () => ({ claims: { iss: 'https://evil.example' } })],
    ['another audience', () => ({ claims: { aud: 'https://other.example.com' } })],
    ['neither audience nor client_id', () => ({ claims: { aud: undefined } })],
    ['another audience and the right client_id', () => ({ claims: { aud: 'x', client_id: audience } })],
    ['no expiry', () => ({ claims: { exp: undefined } })],
    ['an expiry that has passed', () => ({ claims: { exp: seconds - 1 } })],
    ['a time before which it does not hold', () => ({ claims: { nbf: seconds + 60 } })],
    ['an issue in the future', () => ({ claims: { iat: seconds + 60 } })],
    ['the signature of another key', () => ({ key: other })],
    ['an unknown kid', () => ({ header: { kid: 'two' } })],
    ['an elliptic signature', () => ({ key: elliptic, header: { alg: 'ES256' } })],
  ])('refuses a token with %s', async (_, token) => {
    const gateway = await start({ keys: () => ({ one: rsa, elliptic }) });
    expect(await ask(gateway, `Bearer ${await sign(gateway, token())}`)).toEqual(unauthorized);
  });

  it('takes client_id for the audience where a token names none', async () => {
    const gateway = await start();
    const claims = { aud: undefined, client_id: audience };
    expect(await ask(gateway, `Bearer ${await sign(gateway, { claims })}`)).toMatchObject({ status: 200 });
  });

  it('wants one of the scopes of the route', async () => {
    const gateway = await start({ scopes: ['read', 'write'] });
    const withScope = async (scope?: string) => ask(gateway, `Bearer ${await sign(gateway, { claims: { scope } })}`);
    expect(await withScope()).toEqual({ status: 403, body: '{"message":"Forbidden"}' });
    expect(await withScope('delete')).toMatchObject({ status: 403 });
    const { body } = await withScope('openid read');
    expect(eventIn(body).requestContext).toMatchObject({ authorizer: { jwt: { scopes: ['read'] } } });
  });

  it('asks the issuer once in two hours, and for a key that it has not seen', async () => {
    let time = now;
    let keys: Record<string, Key> = { one: rsa };
    const gateway = await start({ clock: () => time, keys: () => keys });
    const asked = () => gateway.invoked.filter((name) => name === functionOf(jwks)).length;
    const token = await sign(gateway, { claims: { exp: seconds + 10 * 3600 } });
    await ask(gateway, token);
    await ask(gateway, token);
    expect(asked()).toBe(1);

    keys = { one: rsa, two: other };
    const next = await sign(gateway, { key: other, header: { kid: 'two' } });
    expect(await ask(gateway, next)).toMatchObject({ status: 200 });
    expect(asked()).toBe(2);

    time = new Date(now.getTime() + 2 * 60 * 60 * 1000);
    await ask(gateway, token);
    expect(asked()).toBe(3);
  });

  it('refuses everybody when the issuer has no metadata', async () => {
    const gateway = await start({ metadata: { error: 'none' } });
    expect(await ask(gateway, await sign(gateway))).toEqual(unauthorized);
  });

  it('leaves the other routes open', async () => {
    const gateway = await start();
    expect(await send(gateway, { path: '/.well-known/jwks.json' })).toMatchObject({ status: 200 });
  });
});
