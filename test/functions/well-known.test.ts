import { describe, expect, it } from 'vitest';
import { wellKnown } from '../../functions/well-known/well-known.ts';
import { jsonError } from '../../functions/shared/http/errors.ts';
import { askEndpoint } from '../support/ask-endpoint.ts';
import { makeSigningKey } from '../support/signing-keys.ts';

const issuer = 'https://auth.example.com';
const key = makeSigningKey('key_1', 'ES256').published;
const fingerprint = Array.from({ length: 32 }, () => 'AB').join(':');
const apps = [
  {
    id: 'both',
    android: { packageName: 'com.example.both', sha256CertFingerprints: [fingerprint] },
    ios: { appId: 'ABCDE12345.both' },
  },
  { id: 'desktop' },
  { id: 'apple', ios: { appId: 'ABCDE12345.apple' } },
];

const endpoint = wellKnown({
  keys: { list: () => Promise.resolve([key]) },
  settings: { publicUrl: issuer, apps },
});
const ask = (name: string, headers: Readonly<Record<string, string>> = {}) =>
  askEndpoint(endpoint, `/.well-known/${name}`, { headers, errors: jsonError });
const read = async (name: string): Promise<unknown> => JSON.parse((await ask(name)).body ?? '');

describe('GET /.well-known/…', () => {
  it.each([
    ['jwks.json', 300],
    ['oauth-authorization-server', 3600],
    ['openid-configuration', 3600],
    ['assetlinks.json', 3600],
    ['apple-app-site-association', 3600],
  ])('lets anyone keep %s for %d seconds, and says 304 to who has it', async (name, maxAgeSeconds) => {
    const { status, headers } = await ask(name);
    expect(status).toBe(200);
    expect(headers).toMatchObject({
      'content-type': 'application/json',
      'cache-control': `public, max-age=${maxAgeSeconds}`,
      etag: expect.stringMatching(/^"[\w-]{22}"$/),
    });
    expect(headers).not.toHaveProperty('vary');
    const again = await ask(name, { 'if-none-match': String(headers?.['etag']) });
    expect(again).toMatchObject({ status: 304, body: '' });
    expect(again.headers).not.toHaveProperty('content-type');
  });

  it('publishes keys without their private half', async () => {
    expect(await read('jwks.json')).toStrictEqual({ keys: [key] });
    expect(key).not.toHaveProperty('d');
  });

  it('gives both kinds of clients the same metadata, on the issuer’s own origin', async () => {
    const metadata = (await read('oauth-authorization-server')) as Record<string, unknown>;
    expect(await read('openid-configuration')).toStrictEqual(metadata);
    expect(metadata['issuer']).toBe(issuer);
    const urls = Object.entries(metadata).filter(([name]) => /_endpoint$|_uri$/.test(name));
    expect(urls).toHaveLength(4);
    for (const [, value] of urls) expect(String(value).startsWith(`${issuer}/`)).toBe(true);
    expect(metadata).toMatchObject({
      code_challenge_methods_supported: ['S256'],
      token_endpoint_auth_methods_supported: ['none'],
      authorization_response_iss_parameter_supported: true,
      subject_types_supported: ['public'],
    });
  });

  it('says nothing of what does not exist', async () => {
    const metadata = (await read('openid-configuration')) as Record<string, unknown>;
    expect(metadata).not.toHaveProperty('userinfo_endpoint');
    expect(metadata['response_types_supported']).toStrictEqual(['code']);
    expect(metadata['grant_types_supported']).not.toContain('implicit');
  });

  it('names the Android apps with the certificates that sign them', async () => {
    expect(await read('assetlinks.json')).toStrictEqual([
      {
        relation: ['delegate_permission/common.handle_all_urls'],
        target: {
          namespace: 'android_app',
          package_name: 'com.example.both',
          sha256_cert_fingerprints: [fingerprint],
        },
      },
    ]);
  });

  it('gives each iOS app the links of its own client, and the domain for its sign-in sheet', async () => {
    expect(await read('apple-app-site-association')).toStrictEqual({
      applinks: {
        details: [
          { appIDs: ['ABCDE12345.both'], components: [{ '/': '/app/both/*' }] },
          { appIDs: ['ABCDE12345.apple'], components: [{ '/': '/app/apple/*' }] },
        ],
      },
      webcredentials: { apps: ['ABCDE12345.both', 'ABCDE12345.apple'] },
    });
  });

  it.each(['', 'jwks', 'constructor', 'jwks.json/'])('knows no "%s"', async (name) => {
    expect((await ask(name)).status).toBe(404);
  });
});
