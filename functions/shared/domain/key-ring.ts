/**
 * The keys of this deployment, as the Keys table holds them: secret parts wrapped by KMS, public ones in clear.
 * `rotate-keys` alone writes them.
 */
import type { KeyObject } from 'node:crypto';
import type { NumberedKey } from './key-rotation.ts';

/** Data keys (32 random bytes) by what they protect; KMS's encryption context names it (`purpose`). */
export type DataKeyPurpose = 'native-refresh' | ModuleKeyPurpose;

/** One for each module, so that what works for one module opens nothing of another's. */
export type ModuleKeyPurpose = `module-tokens:${string}`;

export function moduleKeyPurpose(module: string): ModuleKeyPurpose {
  return `module-tokens:${module}`;
}

export interface DataKey {
  readonly keyId: string;
  readonly bytes: Buffer;
}

export interface DataKeys {
  /** The one to protect new things with. KMS is asked once per key and instance. @throws AuthError `temporarily_unavailable` */
  current(): Promise<DataKey>;
  /** The one that something was protected with, as long as it is kept. @returns `undefined` for an unknown id. */
  byId(keyId: string): Promise<DataKey | undefined>;
}

export const signingAlgorithms = ['RS256', 'ES256'] as const;
export type SigningAlgorithm = (typeof signingAlgorithms)[number];

export interface SigningKey {
  readonly keyId: string;
  readonly algorithm: SigningAlgorithm;
  readonly privateKey: KeyObject;
}

export interface SigningKeys {
  /** The one in use. KMS is asked once per key and instance. @throws AuthError `temporarily_unavailable` */
  current(): Promise<SigningKey>;
}

/** RFC 7517, public members only. */
export interface PublicKey {
  readonly kid: string;
  readonly alg: SigningAlgorithm;
  readonly kty: string;
  readonly use: 'sig';
  readonly [member: string]: string;
}

export interface PublicKeys {
  /** All that there are: to be used, in use, and retired ones whose tokens may still be in time. One read, no KMS call. */
  list(): Promise<readonly PublicKey[]>;
}

/** A signing key as it is kept. */
export interface StoredSigningKey extends NumberedKey {
  readonly publicKey: PublicKey;
  /** The private half (PKCS #8, DER), wrapped by KMS. */
  readonly wrapped: Uint8Array;
}

export interface StoredDataKey extends NumberedKey {
  readonly wrapped: Uint8Array;
}

/** The Keys table to `rotate-keys`. */
export interface KeyStore<Key extends NumberedKey> {
  list(): Promise<readonly Key[]>;
  /** @returns `false` when there is a key of this number: another run was faster. */
  add(key: Key): Promise<boolean>;
  remove(key: Key): Promise<void>;
}

/** Wraps keys by KMS, each for its purpose and its number: what was wrapped as another does not open. */
export interface KeyWrapper {
  wrapPrivateKey(number: number, pkcs8: Uint8Array): Promise<Uint8Array>;
  /** A data key that nobody outside KMS has seen. */
  makeDataKey(purpose: DataKeyPurpose, number: number): Promise<Uint8Array>;
}
