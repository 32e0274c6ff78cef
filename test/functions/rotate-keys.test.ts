import { createPrivateKey, sign, verify, createPublicKey } from 'node:crypto';
import { calculateJwkThumbprint } from 'jose';
import { describe, expect, it } from 'vitest';
import { rotateKeys } from '../../functions/rotate-keys/rotate-keys.ts';
import type {
  KeyStore,
  SigningAlgorithm,
  StoredDataKey,
  StoredSigningKey,
} from '../../functions/shared/domain/key-ring.ts';
import { collectLog } from '../support/collected-log.ts';
import { holdClock } from '../support/held-clock.ts';
import { createMemoryKeyStore } from '../support/memory-key-store.ts';

const daySeconds = 86_400;

function start(signingAlgorithm: SigningAlgorithm = 'ES256', modules: readonly string[] = []) {
  const clock = holdClock();
  const signing = createMemoryKeyStore<StoredSigningKey>();
  const nativeRefresh = createMemoryKeyStore<StoredDataKey>();
  const ofModules = new Map<string, KeyStore<StoredDataKey>>();
  const storeOf = (purpose: string): KeyStore<StoredDataKey> => {
    const store = ofModules.get(purpose) ?? createMemoryKeyStore<StoredDataKey>();
    ofModules.set(purpose, store);
    return store;
  };
  const jwks = { atWorkos: 'first' as string | Error, stored: undefined as string | undefined };
  const log = collectLog();
  const settings = { signingAlgorithm, signingKeyDays: 90, nativeSessionIdleSeconds: 60 * daySeconds, modules };
  const rotate = rotateKeys({
    signing,
    dataKeys: (purpose) => (purpose === 'native-refresh' ? nativeRefresh : storeOf(purpose)),
    wrapper: {
      wrapPrivateKey: (_number, pkcs8) => Promise.resolve(pkcs8),
      makeDataKey: (purpose, number) => Promise.resolve(Buffer.from(`${purpose} ${number}`)),
    },
    workosJwks: {
      fetch: () => (jwks.atWorkos instanceof Error ? Promise.reject(jwks.atWorkos) : Promise.resolve(jwks.atWorkos)),
      stored: {
        read: () => Promise.resolve(jwks.stored),
        write: (text) => Promise.resolve(void (jwks.stored = text)),
      },
    },
    clock,
    settings,
  });
  return {
    run: (event: unknown = {}) => rotate(event, log),
    clock,
    signing,
    nativeRefresh,
    storeOf,
    jwks,
    lines: log.lines,
    settings,
  };
}

const first = { created: ['signing 1', 'native-refresh 1'], removed: [] };

describe('rotateKeys()', () => {
  it('makes the first keys, and nothing more on the next day', async () => {
    const { run, clock } = start();
    expect(await run()).toStrictEqual(first);
    clock.advanceSeconds(daySeconds);
    expect(await run()).toStrictEqual({ created: [], removed: [] });
  });

  it.each(['RS256', 'ES256'] as const)('makes a pair for %s whose id is its thumbprint', async (algorithm) => {
    const { run, signing } = start(algorithm);
    await run();
    const [key] = await signing.list();
    if (!key) throw new Error('there is no key');
    expect(key.publicKey).toMatchObject({
      alg: algorithm,
      use: 'sig',
      kid: await calculateJwkThumbprint(key.publicKey),
    });
    expect(Object.keys(key.publicKey)).not.toContain('d');
    const privateKey = createPrivateKey({ key: Buffer.from(key.wrapped), format: 'der', type: 'pkcs8' });
    const signature = sign('sha256', Buffer.from('text'), privateKey);
    const publicKey = createPublicKey({ key: { ...key.publicKey }, format: 'jwk' });
    expect(verify('sha256', Buffer.from('text'), publicKey, signature)).toBe(true);
  });

  it('makes data keys for each module that is switched on, each for its own purpose', async () => {
    const { run, storeOf } = start('ES256', ['gmail', 'github']);
    expect((await run()).created).toEqual([...first.created, 'module-tokens:gmail 1', 'module-tokens:github 1']);
    const [key] = await storeOf('module-tokens:github').list();
    expect(Buffer.from(key?.wrapped ?? []).toString()).toBe('module-tokens:github 1');
  });

  it('makes the next data key of a module by age, and keeps all of them: what they protect has no end', async () => {
    const { run, storeOf, clock } = start('ES256', ['gmail']);
    await run();
    for (let day = 0; day < 3 * 366; day += 1) {
      clock.advanceSeconds(daySeconds);
      await run();
    }
    expect((await storeOf('module-tokens:gmail').list()).map(({ number }) => number)).toEqual([1, 2, 3, 4]);
  });

  it('makes one key of each kind when two runs meet', async () => {
    const { run, signing, nativeRefresh } = start();
    await Promise.all([run(), run()]);
    expect(await signing.list()).toHaveLength(1);
    expect(await nativeRefresh.list()).toHaveLength(1);
  });

  it('hands over to the next signing key within its age, and forgets the old one after its tokens', async () => {
    const { run, clock } = start();
    await run();
    const changes = [];
    for (let day = 1; day <= 92; day++) {
      clock.advanceSeconds(daySeconds);
      const { created, removed } = await run();
      if (created.length + removed.length > 0) changes.push({ day, created, removed });
    }
    expect(changes).toStrictEqual([
      { day: 88, created: ['signing 2'], removed: [] },
      { day: 91, created: [], removed: ['signing 1'] },
    ]);
  });

  it('goes over to another algorithm when the settings do', async () => {
    const { run, signing, settings } = start();
    await run();
    settings.signingAlgorithm = 'RS256';
    expect(await run()).toStrictEqual({ created: ['signing 2'], removed: [] });
    expect((await signing.list()).map(({ publicKey }) => publicKey.alg)).toStrictEqual(['ES256', 'RS256']);
  });

  it('replaces all signing keys at once in an emergency, and says so', async () => {
    const { run, signing, lines } = start();
    await run();
    expect(await run({ emergency: 'a laptop was stolen' })).toStrictEqual({
      created: ['signing 2'],
      removed: ['signing 1'],
    });
    expect((await signing.list()).map(({ number }) => number)).toStrictEqual([2]);
    const fields = { reason: 'a laptop was stolen', removed: 1 };
    expect(lines).toContainEqual({ level: 'warn', event: 'key.emergency', fields });
  });

  it.each([{ emergency: '' }, { emergency: true }, { emergency: 'x'.repeat(201) }])(
    'fails rather than pass over an emergency without a proper reason: %j',
    async (event) => {
      const { run, signing } = start();
      await run();
      await expect(run(event)).rejects.toThrow(/nothing was done/);
      expect((await signing.list()).map(({ number }) => number)).toStrictEqual([1]);
    },
  );

  it.each([{ RequestType: 'Create' }, { time: '2026-11-22T10:00:00Z' }, null, 'emergency'])(
    'takes %j for no emergency',
    async (event) => {
      const { run } = start();
      await run();
      expect(await run(event)).toStrictEqual({ created: [], removed: [] });
    },
  );

  it('copies the keys of WorkOS, and keeps the copy that it has when WorkOS is away', async () => {
    const { run, jwks, lines } = start();
    await run();
    expect(jwks.stored).toBe('first');
    jwks.atWorkos = new Error('away');
    await run();
    expect(jwks.stored).toBe('first');
    expect(lines).toContainEqual(expect.objectContaining({ level: 'warn', event: 'workos_jwks.not_copied' }));
  });

  it('writes no key into the log', async () => {
    const { run, lines, signing } = start();
    await run();
    const [key] = await signing.list();
    expect(JSON.stringify(lines)).not.toContain(
      Buffer.from(key?.wrapped ?? '')
        .toString('base64')
        .slice(0, 40),
    );
  });
});
