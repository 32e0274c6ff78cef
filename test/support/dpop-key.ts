/** An app's key and the proofs that it makes (RFC 9449 §4.2), right ones and wrong ones. */
import { createHash, randomUUID } from 'node:crypto';
import { calculateJwkThumbprint, exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose';

export interface ProofOptions {
  readonly method: string;
  readonly url: string;
  /** For a request that carries a token. */
  readonly accessToken?: string;
  /** Instead of, or beside, what a right proof has; `undefined` leaves a member out. */
  readonly header?: Readonly<Record<string, unknown>>;
  readonly claims?: Readonly<Record<string, unknown>>;
}

export interface DpopKey {
  readonly publicJwk: JWK;
  readonly privateJwk: JWK;
  /** `jkt` (RFC 7638). */
  readonly thumbprint: string;
  prove(options: ProofOptions): Promise<string>;
}

export async function createDpopKey(algorithm = 'ES256'): Promise<DpopKey> {
  const { privateKey, publicKey } = await generateKeyPair(algorithm, { extractable: true });
  const publicJwk = await exportJWK(publicKey);
  return {
    publicJwk,
    privateJwk: await exportJWK(privateKey),
    thumbprint: await calculateJwkThumbprint(publicJwk),
    prove: ({ method, url, accessToken, header, claims }) =>
      new SignJWT(
        defined({
          htm: method,
          htu: url,
          iat: Math.floor(Date.now() / 1000),
          jti: randomUUID(),
          ...(accessToken !== undefined && { ath: createHash('sha256').update(accessToken).digest('base64url') }),
          ...claims,
        }),
      )
        .setProtectedHeader({ alg: algorithm, ...defined({ typ: 'dpop+jwt', jwk: publicJwk, ...header }) })
        .sign(privateKey),
  };
}

function defined(members: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
}
