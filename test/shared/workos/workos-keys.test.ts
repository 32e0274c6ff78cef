import { describe, expect, it } from 'vitest';
import { createFetch } from '../../../functions/shared/outbound/fetch.ts';
import { createWorkosKeys, fetchJwks, type WorkosKeysOptions } from '../../../functions/shared/workos/workos-keys.ts';
import { createTokenIssuer } from '../../support/access-tokens.ts';
import { holdClock } from '../../support/held-clock.ts';
import { type ScriptedAnswer, startScriptedServer, unusedUrl } from '../../support/scripted-server.ts';

const first = await createTokenIssuer('key_1');
const second = await createTokenIssuer('key_2');
const onlyFirst = { body: first.jwks };
const both = { body: { keys: [...first.jwks.keys, ...second.jwks.keys] } };

async function start(answer: (count: number) => ScriptedAnswer, options: WorkosKeysOptions = {}) {
  const { url, requests } = await startScriptedServer((_request, count) => answer(count));
  const clock = holdClock();
  const keys = createWorkosKeys(() => Promise.resolve(`${url}/sso/jwks/client_1`), createFetch(), clock, options);
  const resolve = async (kid: string) => keys({ alg: 'RS256', kid }, { payload: '', signature: '' });
  return { resolve, requests, clock };
}

const unavailable = { code: 'temporarily_unavailable' };
const unknownKey = { code: 'ERR_JWKS_NO_MATCHING_KEY' };

describe('createWorkosKeys()', () => {
  it('gives the key that a token names', async () => {
    const { resolve, requests } = await start(() => both);
    expect(await resolve('key_1')).toMatchObject({ type: 'public', algorithm: { name: 'RSASSA-PKCS1-v1_5' } });
    expect(requests).toMatchObject([{ method: 'GET', target: '/sso/jwks/client_1' }]);
  });

  it('starts reading before anyone asks', async () => {
    const asked = Promise.withResolvers<boolean>();
    await start(() => {
      asked.resolve(true);
      return both;
    });
    expect(await asked.promise).toBe(true);
  });

  it('reads once for twenty that ask together, and for all that ask within ten minutes', async () => {
    const { resolve, requests, clock } = await start(() => both);
    await Promise.all(Array.from({ length: 20 }, () => resolve('key_1')));
    clock.advanceSeconds(599);
    await resolve('key_2');
    expect(requests).toHaveLength(1);
  });

  it('reads again after ten minutes, and goes by what it finds then', async () => {
    const { resolve, requests, clock } = await start((count) => (count === 1 ? both : { body: second.jwks }));
    await resolve('key_2');
    clock.advanceSeconds(600);
    await resolve('key_2');
    expect(requests).toHaveLength(2);
    await expect(resolve('key_1')).rejects.toMatchObject(unknownKey);
    expect(requests).toHaveLength(2);
  });

  it('reads again for a key it does not know: WorkOS may have a new one', async () => {
    const { resolve, requests, clock } = await start((count) => (count === 1 ? onlyFirst : both));
    await resolve('key_1');
    clock.advanceSeconds(30);
    await Promise.all(Array.from({ length: 20 }, () => resolve('key_2')));
    expect(requests).toHaveLength(2);
  });

  it('reads at most every thirty seconds for keys that nobody knows', async () => {
    const { resolve, requests, clock } = await start(() => onlyFirst);
    await resolve('key_1');
    for (let second_ = 0; second_ < 90; second_ += 1) {
      await expect(resolve(`invented_${second_}`)).rejects.toMatchObject(unknownKey);
      clock.advanceSeconds(1);
    }
    expect(requests.length).toBe(3);
  });

  it('goes by the keys it has while WorkOS is away, and does not ask all the time', async () => {
    const { resolve, requests, clock } = await start((count) => (count === 1 ? onlyFirst : { status: 503 }));
    await resolve('key_1');
    clock.advanceSeconds(3_600);
    await resolve('key_1');
    await resolve('key_1');
    expect(requests).toHaveLength(2);
    clock.advanceSeconds(30);
    await expect(resolve('key_2')).rejects.toMatchObject(unknownKey);
    await resolve('key_1');
    expect(requests).toHaveLength(3);
  });

  it.each([
    ['answers with a failure', { status: 500, body: { message: 'no' } }],
    ['answers with a failure that looks like keys', { status: 500, ...both }],
    ['answers with a page', { body: '<h1>Maintenance</h1>' }],
    ['answers with something else', { body: { keys: 'none' } }],
    ['redirects', { status: 302, headers: { location: 'https://evil.example/jwks' } }],
  ])('is temporarily unavailable while WorkOS %s and there never were any keys', async (_, answer) => {
    const { resolve } = await start(() => answer);
    await expect(resolve('key_1')).rejects.toMatchObject(unavailable);
  });

  it('is temporarily unavailable while WorkOS cannot be reached, and mends by itself', async () => {
    const { url } = await startScriptedServer(() => both);
    let at = await unusedUrl();
    const keys = createWorkosKeys(() => Promise.resolve(at), createFetch(), holdClock());
    const resolve = async () => keys({ alg: 'RS256', kid: 'key_1' }, { payload: '', signature: '' });
    await expect(resolve()).rejects.toMatchObject({ ...unavailable, cause: { code: 'ECONNREFUSED' } });
    at = url;
    expect(await resolve()).toMatchObject({ type: 'public' });
  });

  it('is temporarily unavailable while its own address is not known', async () => {
    const cause = new Error('no client id');
    const keys = createWorkosKeys(() => Promise.reject(cause), createFetch(), holdClock());
    const resolving = async () => keys({ alg: 'RS256', kid: 'key_1' }, { payload: '', signature: '' });
    await expect(resolving()).rejects.toMatchObject({ ...unavailable, cause });
  });
});

describe('createWorkosKeys() with a copy of our own', () => {
  const stored = () => Promise.resolve(JSON.stringify(first.jwks));

  it('asks WorkOS nothing for a key that the copy has', async () => {
    const { resolve, requests } = await start(() => both, { stored });
    expect(await resolve('key_1')).toMatchObject({ type: 'public' });
    expect(requests).toHaveLength(0);
  });

  it('asks WorkOS for a key that the copy lacks', async () => {
    const { resolve, requests, clock } = await start(() => both, { stored });
    await resolve('key_1');
    clock.advanceSeconds(30);
    expect(await resolve('key_2')).toMatchObject({ type: 'public' });
    expect(requests).toHaveLength(1);
  });

  it.each<[string, NonNullable<WorkosKeysOptions['stored']>]>([
    ['there is none', () => Promise.resolve(undefined)],
    ['it is no key set', () => Promise.resolve('<html>')],
    ['the table does not answer', () => Promise.reject(new Error('away'))],
  ])('asks WorkOS when %s', async (_, read) => {
    const { resolve, requests } = await start(() => both, { stored: read });
    expect(await resolve('key_2')).toMatchObject({ type: 'public' });
    expect(requests).toHaveLength(1);
  });

  it('reads nothing before its first use where that may never come', async () => {
    let reads = 0;
    const { resolve } = await start(() => both, { isLazy: true, stored: () => (reads++, stored()) });
    expect(reads).toBe(0);
    await resolve('key_1');
    expect(reads).toBe(1);
  });
});

describe('fetchJwks()', () => {
  it('gives the key set as WorkOS wrote it', async () => {
    const { url } = await startScriptedServer(() => both);
    expect(JSON.parse(await fetchJwks(url, createFetch()))).toStrictEqual(both.body);
  });

  it.each([{ status: 503, body: {} }, { body: { no: 'keys' } }])(
    'gives nothing that is no key set: %j',
    async (answer) => {
      const { url } = await startScriptedServer(() => answer);
      await expect(fetchJwks(url, createFetch())).rejects.toMatchObject(unavailable);
    },
  );
});
