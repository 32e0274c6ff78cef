/** Keys in use: rows of the Keys table, unwrapped by KMS once per key and instance. */
import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import type { VerificationKeys } from '../domain/access-tokens.ts';
import { AuthError } from '../domain/auth-error.ts';
import type { Clock } from '../domain/clock.ts';
import type { DataKey, DataKeyPurpose, DataKeys, SigningKeys, StoredSigningKey } from '../domain/key-ring.ts';
import { keyInUse, type NumberedKey } from '../domain/key-rotation.ts';
import { createDynamoDataKeyStore, createDynamoSigningKeyStore, type KeysTable } from './dynamo-key-stores.ts';
import { createKeyList } from './key-lists.ts';
import type { UnwrapKey } from './kms-keys.ts';

export interface KeyRingOptions {
  readonly table: KeysTable;
  readonly clock: Clock;
}

/** Public halves, for verifying: no KMS call. */
export function createVerificationKeys({ table, clock }: KeyRingOptions): VerificationKeys {
  const list = createKeyList(publicKeysOf(table), clock);
  return { keyFor: (keyId) => list.find(({ kid }) => kid === keyId) };
}

/** @returns what reads the public halves as they are now. */
export function publicKeysOf(table: KeysTable) {
  const store = createDynamoSigningKeyStore(table);
  return async () => (await store.list()).map(({ publicKey }) => publicKey);
}

export function createSigningKeys({
  table,
  clock,
  unwrap,
}: KeyRingOptions & { readonly unwrap: UnwrapKey }): SigningKeys {
  const list = createKeyList(createDynamoSigningKeyStore(table).list, clock);
  const unwrapped = onceForEach(async ({ number, publicKey, wrapped }: StoredSigningKey) =>
    pairOf(await unwrap('signing', number, wrapped), publicKey.kid, publicKey),
  );
  return {
    async current() {
      const key = inUse(await list.all(), clock(), 'signing');
      const { kid: keyId, alg: algorithm } = key.publicKey;
      return { keyId, algorithm, privateKey: await unwrapped(key, keyId) };
    },
  };
}

export function createDataKeys(
  purpose: DataKeyPurpose,
  { table, clock, unwrap }: KeyRingOptions & { readonly unwrap: UnwrapKey },
): DataKeys {
  const list = createKeyList(createDynamoDataKeyStore(table, purpose).list, clock);
  const unwrapped = onceForEach(({ number, wrapped }: NumberedKey & { readonly wrapped: Uint8Array }) =>
    unwrap(purpose, number, wrapped),
  );
  const open = async (key: NumberedKey & { readonly wrapped: Uint8Array }): Promise<DataKey> => {
    const keyId = String(key.number);
    return { keyId, bytes: await unwrapped(key, keyId) };
  };
  return {
    current: async () => open(inUse(await list.all(), clock(), purpose)),
    async byId(keyId) {
      const key = await list.find(({ number }) => String(number) === keyId);
      return key && open(key);
    },
  };
}

function inUse<Key extends NumberedKey>(keys: readonly Key[], now: Date, purpose: string): Key {
  const key = keyInUse(keys, now);
  if (key) return key;
  const cause = new Error(`the Keys table has no key for ${purpose}: invoke rotate-keys`);
  throw new AuthError('temporarily_unavailable', cause.message, { cause });
}

/** The private half, if it is that of the public one: whoever swaps a row's halves gets no signature. */
function pairOf(pkcs8: Buffer, kid: string, published: StoredSigningKey['publicKey']): KeyObject {
  const privateKey = parsePrivateKey(pkcs8);
  const own = privateKey && createPublicKey(privateKey).export({ format: 'jwk' });
  if (own && ['n', 'e', 'x', 'y', 'crv', 'kty'].every((member) => own[member] === published[member])) return privateKey;
  const cause = new Error(`the halves of signing key ${kid} do not belong together`);
  throw new AuthError('temporarily_unavailable', cause.message, { cause });
}

function parsePrivateKey(pkcs8: Buffer): KeyObject | undefined {
  try {
    return createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' });
  } catch {
    // Its reason is not passed on: it might tell of the bytes.
    return undefined;
  }
}

/** Callers that ask at once share one call; a failure is not kept. */
function onceForEach<Key, Value>(make: (key: Key) => Promise<Value>): (key: Key, id: string) => Promise<Value> {
  const made = new Map<string, Promise<Value>>();
  return (key, id) => {
    const before = made.get(id);
    if (before) return before;
    const making = make(key);
    made.set(id, making);
    making.catch(() => made.delete(id));
    return making;
  };
}
