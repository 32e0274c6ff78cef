/** Judging a DPoP proof: RFC 9449 §4.3, check by check. */
import { createHash, type KeyObject } from 'node:crypto';
import { calculateJwkThumbprint, errors, jwtVerify } from 'jose';
import * as v from 'valibot';
import { isEqual } from '../crypto/constant-time.ts';
import { AuthError } from '../domain/auth-error.ts';
import { dpopAlgorithms, type DpopProof, type DpopVerifier } from '../domain/dpop.ts';
import type { Once } from '../domain/once.ts';
import { parseProofKey } from './dpop-key.ts';
import { normalizeTarget } from './request-target.ts';

/** More than any honest proof takes: an RSA key of 4096 bits and its signature are 1.4 KB. */
const maxProofBytes = 4096;

const claims = v.object({
  jti: v.pipe(v.string(), v.nonEmpty()),
  htm: v.string(),
  htu: v.string(),
  iat: v.number(),
  ath: v.optional(v.string()),
});
type Claims = v.InferOutput<typeof claims>;

export interface DpopVerifierOptions {
  readonly once: Once;
  /** How far `iat` may be from now, to either side. */
  readonly windowSeconds?: number;
}

export function createDpopVerifier({ once, windowSeconds = 60 }: DpopVerifierOptions): DpopVerifier {
  return {
    async verify(proof, request, now) {
      // Header fields that came twice are one text with a comma, which no JWT has.
      if (proof.length > maxProofBytes) throw refused('too long');
      const { thumbprint, payload } = await verifySignature(proof, now, windowSeconds);
      const parsed = v.safeParse(claims, payload);
      if (!parsed.success) throw refused('a claim is missing or of the wrong type');
      requireRequest(parsed.output, request);
      const { iat, jti } = parsed.output;
      if (Math.abs(now.getTime() / 1000 - iat) > windowSeconds) throw refused('iat is not now');
      // Last: only a proof that is right in all else is used up by being shown.
      // A second more than it is good for: at the very end of the window it is accepted and has to be remembered.
      const until = new Date((iat + windowSeconds + 1) * 1000);
      if (!(await once.claim('dpop', hash(`${thumbprint}.${jti}`, 'hex'), until, now))) throw refused('seen before');
      return thumbprint;
    },
  };
}

async function verifySignature(proof: string, now: Date, windowSeconds: number) {
  let key: KeyObject | undefined;
  try {
    const { payload } = await jwtVerify(proof, (header) => (key = embeddedKey(header)), {
      algorithms: [...dpopAlgorithms],
      typ: 'dpop+jwt',
      clockTolerance: windowSeconds,
      currentDate: now,
    });
    // Of the key itself: the same one may be written in more ways than one.
    return { payload, thumbprint: await calculateJwkThumbprint(key?.export({ format: 'jwk' }) ?? {}) };
  } catch (error) {
    // Its message may repeat what the proof says.
    if (error instanceof errors.JOSEError) throw refused(error.code);
    throw error;
  }
}

function embeddedKey({ alg, jwk, crit }: { readonly alg: string; readonly jwk?: unknown; readonly crit?: unknown }) {
  if (crit !== undefined) throw refused('crit asks for what is not known here');
  const algorithm = dpopAlgorithms.find((known) => known === alg);
  const key = algorithm && parseProofKey(jwk, algorithm);
  if (!key) throw refused('jwk is no public key for its algorithm');
  return key;
}

function requireRequest({ htm, htu, ath }: Claims, { method, url, accessToken }: DpopProof): void {
  if (htm !== method) throw refused('htm is another method');
  const target = normalizeTarget(htu);
  if (target === undefined || target !== normalizeTarget(url)) throw refused('htu is another URL');
  if (accessToken === undefined) return;
  if (ath === undefined || !isEqual(ath, hash(accessToken, 'base64url'))) throw refused('ath is another token');
}

const hash = (text: string, encoding: 'base64url' | 'hex'): string =>
  createHash('sha256').update(text).digest(encoding);

const refused = (reason: string): AuthError => new AuthError('invalid_dpop_proof', `the proof is refused: ${reason}`);
