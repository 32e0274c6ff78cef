/** The `DPoP` header where a request carries no access token: at the endpoints that give tokens out (RFC 9449 §5). */
import type { DpopVerifier } from '../domain/dpop.ts';
import type { HttpRequest } from './request.ts';

/**
 * @param publicUrl the origin that the proof has to name: never the one that the request says it came to.
 * @returns the thumbprint of the key that the proof is by; `undefined` where there is no proof.
 * @throws AuthError `invalid_dpop_proof` for one that is none for this request; `temporarily_unavailable`
 */
export async function readDpopProof(
  request: HttpRequest,
  dpop: DpopVerifier,
  publicUrl: string,
  now: Date,
): Promise<string | undefined> {
  const proof = request.headers['dpop'];
  if (proof === undefined) return undefined;
  return dpop.verify(proof, { method: request.method, url: publicUrl + request.path }, now);
}
