/** Keys that sign our JWTs, in memory: a real one of each algorithm, made once for a test file. */
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import type { VerificationKeys } from '../../functions/shared/domain/access-tokens.ts';
import type { PublicKey, SigningAlgorithm, SigningKey, SigningKeys } from '../../functions/shared/domain/key-ring.ts';

export interface TestKey extends SigningKey {
  readonly publicKey: KeyObject;
  readonly published: PublicKey;
}

export function makeSigningKey(keyId: string, algorithm: SigningAlgorithm = 'RS256'): TestKey {
  const { privateKey, publicKey } =
    algorithm === 'RS256'
      ? generateKeyPairSync('rsa', { modulusLength: 2048 })
      : generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const jwk = publicKey.export({ format: 'jwk' }) as { readonly kty: string };
  return { keyId, algorithm, privateKey, publicKey, published: { ...jwk, kid: keyId, alg: algorithm, use: 'sig' } };
}

export const signingWith = (key: SigningKey): SigningKeys => ({ current: () => Promise.resolve(key) });

export const verifyingWith = (...keys: readonly Pick<TestKey, 'published'>[]): VerificationKeys => ({
  keyFor: (keyId) => Promise.resolve(keys.find(({ published }) => published.kid === keyId)?.published),
});
