/** The public key that a DPoP proof carries in its header (RFC 9449 §4.2: `jwk`), and what it may sign with. */
import { createPublicKey, type KeyObject } from 'node:crypto';
import * as v from 'valibot';
import type { DpopAlgorithm } from '../domain/dpop.ts';

const number = v.pipe(v.string(), v.regex(/^[\w-]+$/));
const rsaKey = v.object({ kty: v.literal('RSA'), n: number, e: number });
const p256Key = v.object({ kty: v.literal('EC'), crv: v.literal('P-256'), x: number, y: number });
const ed25519Key = v.object({ kty: v.literal('OKP'), crv: v.literal('Ed25519'), x: number });

const keySchemas = {
  ES256: p256Key,
  RS256: rsaKey,
  PS256: rsaKey,
  EdDSA: ed25519Key,
  Ed25519: ed25519Key,
} as const satisfies Record<DpopAlgorithm, v.GenericSchema>;

/** RFC 7518 §6.2.2, §6.3.2, §6.4. Who sends these has given the key away. */
const privateMembers = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k'];

const minRsaBits = 2048;

/** @returns `undefined` for what is no public key, or none for this algorithm. */
export function parseProofKey(jwk: unknown, algorithm: DpopAlgorithm): KeyObject | undefined {
  if (typeof jwk !== 'object' || jwk === null) return undefined;
  if (privateMembers.some((member) => member in jwk)) return undefined;
  const parsed = v.safeParse(keySchemas[algorithm], jwk);
  if (!parsed.success) return undefined;
  const key = readKey(parsed.output);
  const { modulusLength = minRsaBits } = key?.asymmetricKeyDetails ?? {};
  return modulusLength >= minRsaBits ? key : undefined;
}

function readKey(jwk: Readonly<Record<string, string>>): KeyObject | undefined {
  try {
    return createPublicKey({ key: { ...jwk }, format: 'jwk' });
  } catch {
    // A point that is not on its curve, a number that is none.
    return undefined;
  }
}
