/** Makes, publishes and removes keys by their age: at each deployment, daily, and at once in an emergency. Nobody else writes keys. */
import * as v from 'valibot';
import type { Clock } from '../shared/domain/clock.ts';
import {
  type DataKeyPurpose,
  type KeyStore,
  type KeyWrapper,
  moduleKeyPurpose,
  type SigningAlgorithm,
  type StoredDataKey,
  type StoredSigningKey,
} from '../shared/domain/key-ring.ts';
import {
  dataKeyPolicy,
  moduleKeyPolicy,
  type NumberedKey,
  planEmergency,
  planRotation,
  type RotationPlan,
  type RotationPolicy,
  signingKeyPolicy,
} from '../shared/domain/key-rotation.ts';
import type { Log } from '../shared/domain/log.ts';
import { makeSigningKeyPair } from '../shared/domain/signing-key-pair.ts';
import type { StoredJwks } from '../shared/domain/stored-jwks.ts';

/** What an operator may hand in, with the reason for the log. */
const order = v.object({ emergency: v.pipe(v.string(), v.nonEmpty(), v.maxLength(200)) });
/** Schedules and deployments hand in other things, which are ignored. */
const anyOrder = v.object({ emergency: v.unknown() });

export interface RotateKeysDependencies {
  readonly signing: KeyStore<StoredSigningKey>;
  readonly dataKeys: (purpose: DataKeyPurpose) => KeyStore<StoredDataKey>;
  readonly wrapper: KeyWrapper;
  readonly workosJwks: { fetch(): Promise<string>; readonly stored: StoredJwks };
  readonly clock: Clock;
  readonly settings: {
    readonly signingAlgorithm: SigningAlgorithm;
    readonly signingKeyDays: number;
    readonly nativeSessionIdleSeconds: number;
    /** Names of those that are switched on: each has data keys of its own. */
    readonly modules: readonly string[];
  };
}

/** Numbers of keys by purpose. */
export interface Rotation {
  readonly created: readonly string[];
  readonly removed: readonly string[];
}

/** Safe to run twice at once: of two that would add the same number one does, and both read the same rows afterwards. */
export function rotateKeys(dependencies: RotateKeysDependencies): (event: unknown, log: Log) => Promise<Rotation> {
  const { signing, dataKeys, wrapper, workosJwks, clock, settings } = dependencies;
  return async (event, log) => {
    const now = clock();
    const changes = { created: [] as string[], removed: [] as string[] };
    const apply = async <Key extends NumberedKey>(
      purpose: string,
      store: KeyStore<Key>,
      { create, remove }: RotationPlan<Key>,
      make: (key: NumberedKey) => Promise<Key>,
    ): Promise<void> => {
      // First what is to be used, then away with the old: a run that stops between the two leaves more keys, never fewer.
      if (create && (await store.add(await make(create)))) {
        changes.created.push(`${purpose} ${create.number}`);
        log.info('key.created', { purpose, number: create.number, activeFrom: create.activeFrom.toISOString() });
      }
      for (const key of remove) {
        await store.remove(key);
        changes.removed.push(`${purpose} ${key.number}`);
        log.info('key.removed', { purpose, number: key.number });
      }
    };

    const emergency = v.is(order, event) ? event.emergency : undefined;
    // Whoever orders it in a hurry is not to believe that it was done.
    if (emergency === undefined && v.is(anyOrder, event))
      throw new Error('nothing was done: "emergency" takes a reason, a text of 1 to 200 characters');
    const before = await signing.list();
    const plan =
      emergency !== undefined
        ? planEmergency(before, now)
        : planRotation(
            before,
            now,
            signingKeyPolicy(settings.signingKeyDays),
            ({ publicKey }) => publicKey.alg !== settings.signingAlgorithm,
          );
    if (emergency !== undefined) log.warn('key.emergency', { reason: emergency, removed: plan.remove.length });
    await apply('signing', signing, plan, async (key) => {
      const { publicKey, pkcs8 } = makeSigningKeyPair(settings.signingAlgorithm);
      return { ...key, publicKey, wrapped: await wrapper.wrapPrivateKey(key.number, pkcs8) };
    });

    const policies: readonly (readonly [DataKeyPurpose, RotationPolicy])[] = [
      ['native-refresh', dataKeyPolicy(settings.nativeSessionIdleSeconds)],
      ...settings.modules.map((name) => [moduleKeyPurpose(name), moduleKeyPolicy] as const),
    ];
    for (const [purpose, policy] of policies) {
      const store = dataKeys(purpose);
      await apply(purpose, store, planRotation(await store.list(), now, policy), async (key) => ({
        ...key,
        wrapped: await wrapper.makeDataKey(purpose, key.number),
      }));
    }

    try {
      await workosJwks.stored.write(await workosJwks.fetch(), now);
    } catch (cause) {
      // An instance that starts without the copy asks WorkOS, as it would for a key that the copy does not have.
      log.warn('workos_jwks.not_copied', {}, cause);
    }
    return changes;
  };
}
