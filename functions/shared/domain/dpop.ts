/** Proof of possession (RFC 9449): who sends a request holds the key that its token is bound to. */

/**
 * What a proof may be signed with, for the metadata's `dpop_signing_alg_values_supported` (RFC 9449 §5.1). `Ed25519` is the
 * one curve of `EdDSA` that we know, by its own name (RFC 9864).
 */
export const dpopAlgorithms = ['ES256', 'RS256', 'PS256', 'EdDSA', 'Ed25519'] as const;
export type DpopAlgorithm = (typeof dpopAlgorithms)[number];

export interface DpopProof {
  /** `htm`: the request's method. */
  readonly method: string;
  /** `htu`: the request's URL without query and fragment. */
  readonly url: string;
  /** `ath` has to be its hash; absent where the request carries no token. */
  readonly accessToken?: string;
}

export interface DpopVerifier {
  /**
   * Judges the proof alone (signature, type, method, URL, age, never seen before), not whose key it is.
   * @param proof the `DPoP` header.
   * @returns the key's SHA-256 thumbprint (RFC 7638): `jkt`.
   * @throws AuthError `invalid_dpop_proof`; `temporarily_unavailable` when it cannot be told whether it was seen before.
   */
  verify(proof: string, request: DpopProof, now: Date): Promise<string>;
}
