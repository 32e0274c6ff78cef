/** What an OAuth client is told of a login that came to nothing: the few codes that RFC 6749 §4.1.2.1 knows, ours beside them. */
import type { LoginErrorCode } from './auth-error.ts';

/** Codes of a request that only OAuth's face can fail with; the last two are RFC 9101's. */
export const authorizationRequestErrors = [
  'invalid_request',
  'unsupported_response_type',
  'request_not_supported',
  'request_uri_not_supported',
] as const;
export type AuthorizationRequestError = (typeof authorizationRequestErrors)[number];

type LoginFailure = 'access_denied' | 'server_error' | 'temporarily_unavailable';

/** `access_denied`: this person may not, or did not want to. `server_error`: nobody could have, as things are set up. */
const loginFailures = {
  access_denied: 'access_denied',
  ambiguous_connection_selector: 'server_error',
  application_consent_required: 'access_denied',
  auth_failed: 'server_error',
  authentication_method_not_allowed: 'access_denied',
  connection_invalid: 'server_error',
  connection_strategy_invalid: 'server_error',
  connection_unlinked: 'server_error',
  email_verification_required: 'access_denied',
  impersonated: 'access_denied',
  invalid_connection_selector: 'server_error',
  login_expired: 'access_denied',
  mfa_challenge: 'access_denied',
  mfa_enrollment: 'access_denied',
  oauth_failed: 'server_error',
  organization_authentication_methods_required: 'access_denied',
  organization_invalid: 'server_error',
  organization_membership_not_found: 'access_denied',
  organization_selection_required: 'access_denied',
  radar_challenge: 'access_denied',
  session_too_large: 'server_error',
  sign_up_not_allowed: 'access_denied',
  sso_required: 'access_denied',
  state_mismatch: 'access_denied',
  temporarily_unavailable: 'temporarily_unavailable',
  user_disabled: 'access_denied',
} satisfies Record<LoginErrorCode, LoginFailure>;

export interface AuthorizationError {
  readonly error: LoginFailure | AuthorizationRequestError;
  /** Our own code where it says more, or the names of parameters: words of ours, never a client's or a provider's. */
  readonly error_description?: string;
}

/** @param parameter what it is that is wrong with a request. */
export function toAuthorizationError(
  code: LoginErrorCode | AuthorizationRequestError,
  parameter?: string,
): AuthorizationError {
  if (isRequestError(code)) {
    return { error: code, ...(parameter !== undefined && { error_description: `Missing or wrong: ${parameter}` }) };
  }
  const error = loginFailures[code];
  return error === code ? { error } : { error, error_description: code };
}

const isRequestError = (code: string): code is AuthorizationRequestError =>
  authorizationRequestErrors.some((known) => known === code);
