/** What clients are told of the authorization server: RFC 8414, and the same for those that look where OpenID Connect has it. */
import { dpopAlgorithms } from '../shared/domain/dpop.ts';
import { signingAlgorithms } from '../shared/domain/key-ring.ts';
import type { Metadata } from './well-known-answer.ts';

/** @param issuer PUBLIC_URL. Every member that a library insists on is here, and none that is not true. */
export function metadataOf(issuer: string): Metadata {
  return {
    issuer,
    authorization_endpoint: `${issuer}/oauth/authorize`,
    token_endpoint: `${issuer}/oauth/token`,
    revocation_endpoint: `${issuer}/oauth/revoke`,
    jwks_uri: `${issuer}/.well-known/jwks.json`,
    scopes_supported: ['offline_access'],
    response_types_supported: ['code'],
    response_modes_supported: ['query'],
    grant_types_supported: ['authorization_code', 'refresh_token'],
    token_endpoint_auth_methods_supported: ['none'],
    revocation_endpoint_auth_methods_supported: ['none'],
    code_challenge_methods_supported: ['S256'],
    dpop_signing_alg_values_supported: [...dpopAlgorithms],
    authorization_response_iss_parameter_supported: true,
    // AppAuth reads no metadata without these two. There are no ID tokens.
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: [...signingAlgorithms],
  };
}
