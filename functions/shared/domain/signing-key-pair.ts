/** Making a key pair for our JWTs. */
import { createHash, generateKeyPairSync } from 'node:crypto';
import type { PublicKey, SigningAlgorithm } from './key-ring.ts';

export interface SigningKeyPair {
  readonly publicKey: PublicKey;
  /** PKCS #8, DER. */
  readonly pkcs8: Buffer;
}

/** RS256 with 2048 bits, or ES256 on P-256 (RFC 7518 §3.1). `kid` is the key's thumbprint. */
export function makeSigningKeyPair(alg: SigningAlgorithm): SigningKeyPair {
  const pair =
    alg === 'RS256'
      ? generateKeyPairSync('rsa', { modulusLength: 2048 })
      : generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const jwk = pair.publicKey.export({ format: 'jwk' });
  // In the order that RFC 7638 §3.2 gives them, which is the alphabet's.
  const { kty = '', e, n, crv, x, y } = jwk;
  const members = alg === 'RS256' ? { e, kty, n } : { crv, kty, x, y };
  const kid = createHash('sha256').update(JSON.stringify(members)).digest('base64url');
  const text = Object.fromEntries(Object.entries(members).map(([name, value]) => [name, value ?? '']));
  return {
    publicKey: { ...text, kty, kid, alg, use: 'sig' },
    pkcs8: pair.privateKey.export({ format: 'der', type: 'pkcs8' }),
  };
}
