/** The contract of `KeyStore`, held by the memory store and by the DynamoDB store; and keys in use, as an instance keeps them. */
import { randomBytes } from 'node:crypto';
import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { describe, expect, it } from 'vitest';
import {
  createDynamoDataKeyStore,
  createDynamoSigningKeyStore,
} from '../../../functions/shared/aws/dynamo-key-stores.ts';
import { createDataKeys, createSigningKeys, createVerificationKeys } from '../../../functions/shared/aws/key-rings.ts';
import { AuthError } from '../../../functions/shared/domain/auth-error.ts';
import { makeSigningKeyPair } from '../../../functions/shared/domain/signing-key-pair.ts';
import { holdClock } from '../../support/held-clock.ts';
import { describeKeyStore } from '../../support/key-store-contract.ts';
import { createMemoryKeyStore } from '../../support/memory-key-store.ts';
import { createStringKeyTable } from '../../support/string-key-table.ts';
import { startDynalite } from '../../support/users-table.ts';

const client = await startDynalite();
const contractTable = { client, tableName: await createStringKeyTable(client, 'purpose', 'keyId') };
describeKeyStore('memory', createMemoryKeyStore);
describeKeyStore('dynalite', () => createDynamoDataKeyStore(contractTable, 'native-refresh'));

const unavailable = { code: 'temporarily_unavailable', cause: expect.any(Error) };

/** A table of its own, and a KMS that only undoes what `wrap` did and counts. */
async function start() {
  const table = { client, tableName: await createStringKeyTable(client, 'purpose', 'keyId') };
  const clock = holdClock();
  const state = { unwrapped: [] as string[], isAway: false };
  const unwrap = (purpose: string, number: number, wrapped: Uint8Array) => {
    state.unwrapped.push(`${purpose} ${number}`);
    if (state.isAway)
      return Promise.reject(new AuthError('temporarily_unavailable', 'KMS', { cause: new Error('away') }));
    return Promise.resolve(Buffer.from(wrapped.toReversed()));
  };
  const signing = createDynamoSigningKeyStore(table);
  return {
    state,
    clock,
    table,
    signing: createSigningKeys({ table, clock, unwrap }),
    verification: createVerificationKeys({ table, clock }),
    dataKeys: createDataKeys('native-refresh', { table, clock, unwrap }),
    async addSigningKey(number: number, activeFrom = clock()) {
      const { publicKey, pkcs8 } = makeSigningKeyPair('ES256');
      await signing.add({ number, activeFrom, publicKey, wrapped: pkcs8.toReversed() });
      return publicKey;
    },
    addDataKey: (number: number, bytes = randomBytes(32)) =>
      createDynamoDataKeyStore(table, 'native-refresh').add({
        number,
        activeFrom: clock(),
        wrapped: bytes.toReversed(),
      }),
  };
}

describe('createSigningKeys()', () => {
  it('asks KMS once per key, of fifty that sign at once and of all that sign later', async () => {
    const { signing, addSigningKey, state, clock } = await start();
    const { kid } = await addSigningKey(1);
    const keys = await Promise.all(Array.from({ length: 50 }, () => signing.current()));
    clock.advanceSeconds(3600);
    keys.push(await signing.current());
    expect(new Set(keys.map(({ keyId }) => keyId))).toStrictEqual(new Set([kid]));
    expect(state.unwrapped).toStrictEqual(['signing 1']);
  });

  it('goes over to the next key when its time has come', async () => {
    const { signing, addSigningKey, clock } = await start();
    const first = await addSigningKey(1);
    const second = await addSigningKey(2, new Date(clock().getTime() + 30_000));
    expect((await signing.current()).keyId).toBe(first.kid);
    clock.advanceSeconds(30);
    expect((await signing.current()).keyId).toBe(second.kid);
  });

  it('learns of a new key within a minute', async () => {
    const { signing, addSigningKey, clock } = await start();
    await addSigningKey(1);
    await signing.current();
    const second = await addSigningKey(2);
    clock.advanceSeconds(60);
    expect((await signing.current()).keyId).toBe(second.kid);
  });

  it('signs nothing while KMS is away, and does as soon as it is back', async () => {
    const { signing, addSigningKey, state } = await start();
    const { kid } = await addSigningKey(1);
    state.isAway = true;
    await expect(signing.current()).rejects.toMatchObject(unavailable);
    state.isAway = false;
    expect((await signing.current()).keyId).toBe(kid);
  });

  it('signs nothing with a private half that is not that of the public one', async () => {
    const { signing, table } = await start();
    const [one, other] = [makeSigningKeyPair('ES256'), makeSigningKeyPair('ES256')];
    await createDynamoSigningKeyStore(table).add({
      number: 1,
      activeFrom: new Date(0),
      publicKey: one.publicKey,
      wrapped: other.pkcs8.toReversed(),
    });
    await expect(signing.current()).rejects.toMatchObject(unavailable);
  });

  it('signs nothing with what was unwrapped and is no private key', async () => {
    const { signing, table } = await start();
    const { publicKey } = makeSigningKeyPair('ES256');
    const row = { number: 1, activeFrom: new Date(0), publicKey, wrapped: randomBytes(100) };
    await createDynamoSigningKeyStore(table).add(row);
    await expect(signing.current()).rejects.toMatchObject(unavailable);
  });

  it('says what to do where there is no key', async () => {
    const { signing } = await start();
    await expect(signing.current()).rejects.toMatchObject({ ...unavailable, message: /invoke rotate-keys/ as never });
  });
});

describe('createVerificationKeys()', () => {
  it('finds a key by its id, the same object each time, without KMS', async () => {
    const { verification, addSigningKey, state, clock } = await start();
    const publicKey = await addSigningKey(1);
    const found = await verification.keyFor(publicKey.kid, clock());
    expect(found).toStrictEqual(publicKey);
    expect(await verification.keyFor(publicKey.kid, clock())).toBe(found);
    expect(state.unwrapped).toStrictEqual([]);
  });

  it('reads again for an id that it does not know, every ten seconds at most', async () => {
    const { verification, addSigningKey, clock } = await start();
    await addSigningKey(1);
    await verification.keyFor('unknown', clock());
    const second = await addSigningKey(2);
    clock.advanceSeconds(9);
    expect(await verification.keyFor(second.kid, clock())).toBeUndefined();
    clock.advanceSeconds(1);
    expect(await verification.keyFor(second.kid, clock())).toStrictEqual(second);
  });

  it('is temporarily unavailable for a row that is no key', async () => {
    const { verification, table, clock } = await start();
    const Item = { purpose: { S: 'signing' }, keyId: { S: '00000001' }, publicKey: { S: '{}' } };
    await client.send(new PutItemCommand({ TableName: table.tableName, Item }));
    await expect(verification.keyFor('any', clock())).rejects.toMatchObject(unavailable);
  });
});

describe('createDataKeys()', () => {
  it('protects with the newest and opens with any that is kept', async () => {
    const { dataKeys, addDataKey, state } = await start();
    const bytes = [randomBytes(32), randomBytes(32)];
    await addDataKey(1, bytes[0]);
    await addDataKey(2, bytes[1]);
    expect(await dataKeys.current()).toStrictEqual({ keyId: '2', bytes: bytes[1] });
    expect(await dataKeys.byId('1')).toStrictEqual({ keyId: '1', bytes: bytes[0] });
    expect(await dataKeys.byId('3')).toBeUndefined();
    await dataKeys.current();
    expect(state.unwrapped).toStrictEqual(['native-refresh 2', 'native-refresh 1']);
  });
});
