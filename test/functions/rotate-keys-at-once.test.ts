/** Runs of rotate-keys that meet: a schedule, a deployment and an operator, whose calls to the table interleave in any order. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { rotateKeys } from '../../functions/rotate-keys/rotate-keys.ts';
import type { KeyStore, StoredDataKey, StoredSigningKey } from '../../functions/shared/domain/key-ring.ts';
import { keyInUse, type NumberedKey } from '../../functions/shared/domain/key-rotation.ts';
import { collectLog } from '../support/collected-log.ts';
import { createMemoryKeyStore } from '../support/memory-key-store.ts';

const start = new Date('2026-11-22T10:00:00Z');
const dayMs = 86_400_000;

/** A store whose every call waits for its turn. */
function interleaved<Key extends NumberedKey>(store: KeyStore<Key>, scheduler: fc.Scheduler): KeyStore<Key> {
  const inTurn = <Value>(call: () => Promise<Value>) => scheduler.schedule(Promise.resolve()).then(call);
  return {
    list: () => inTurn(() => store.list()),
    add: (key) => inTurn(() => store.add(key)),
    remove: (key) => inTurn(() => store.remove(key)),
  };
}

/** @param ageDays of the keys that are there, if any are. */
async function meet(scheduler: fc.Scheduler, orders: readonly object[], ageDays: number | undefined) {
  const signing = createMemoryKeyStore<StoredSigningKey>();
  const dataKeys = createMemoryKeyStore<StoredDataKey>();
  let now = start;
  const inUse: boolean[] = [];
  const observed: KeyStore<StoredSigningKey> = {
    ...signing,
    async remove(key) {
      await signing.remove(key);
      inUse.push(keyInUse(await signing.list(), now) !== undefined);
    },
  };
  const runWith = (signingStore: KeyStore<StoredSigningKey>, dataKeyStore: KeyStore<StoredDataKey>) =>
    rotateKeys({
      signing: signingStore,
      dataKeys: () => dataKeyStore,
      wrapper: {
        wrapPrivateKey: (_number, pkcs8) => Promise.resolve(pkcs8),
        makeDataKey: (_purpose, number) => Promise.resolve(Buffer.from([number])),
      },
      workosJwks: {
        fetch: () => Promise.resolve(''),
        stored: { read: () => Promise.resolve(undefined), write: () => Promise.resolve() },
      },
      clock: () => now,
      settings: {
        signingAlgorithm: 'ES256',
        signingKeyDays: 90,
        nativeSessionIdleSeconds: 86_400,
        modules: [],
      },
    });
  if (ageDays !== undefined) {
    await runWith(signing, dataKeys)({}, collectLog());
    now = new Date(start.getTime() + ageDays * dayMs);
  }
  const before = await signing.list();
  const run = runWith(interleaved(observed, scheduler), interleaved(dataKeys, scheduler));
  const rotations = await scheduler.waitFor(Promise.all(orders.map((order) => run(order, collectLog()))));
  const after = await signing.list();
  return {
    created: rotations.flatMap(({ created }) => created).toSorted(),
    signingKeys: after.length,
    dataKeys: (await dataKeys.list()).length,
    survivors: before.filter((key) => after.includes(key)).length,
    hasOneInUse: keyInUse(after, now) !== undefined && !inUse.includes(false),
  };
}

/** A deployment's first run, and days with nothing to do, with a successor to make, with a look that comes late. */
const ages = [undefined, 1, 89, 95];

it.each(ages)('leave one key of a number, and always one in use (keys of %s days)', async (ageDays) => {
  const successors = ageDays === undefined || ageDays > 80 ? 1 : 0;
  const existing = ageDays === undefined ? 0 : 1;
  // Told by one run only: the others would have put theirs over a key that is in use.
  const created = [...(existing ? [] : ['native-refresh 1']), ...(successors ? [`signing ${existing + 1}`] : [])];
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), fc.integer({ min: 2, max: 4 }), async (scheduler, runs) => {
      const orders = Array.from({ length: runs }, () => ({}));
      expect(await meet(scheduler, orders, ageDays)).toStrictEqual({
        created,
        signingKeys: existing + successors,
        dataKeys: 1,
        survivors: existing,
        hasOneInUse: true,
      });
    }),
    { numRuns: 25 },
  );
});

it.each(ages)(
  'leave nothing from before an emergency that any of them is told of (keys of %s days)',
  async (ageDays) => {
    const orders = fc.array(fc.constantFrom({}, { emergency: 'a drill' }), { maxLength: 3 });
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), orders, async (scheduler, others) => {
        const outcome = await meet(scheduler, [...others, { emergency: 'a drill' }], ageDays);
        expect(outcome).toMatchObject({ dataKeys: 1, survivors: 0, hasOneInUse: true });
      }),
      { numRuns: 25 },
    );
  },
);
