/** Every way in which a request can fail that a client is told about by name. */

/** Codes that WorkOS sends to the callback or answers to a code exchange, shown as they are. */
export const workosErrorCodes = [
  'access_denied',
  'ambiguous_connection_selector',
  'application_consent_required',
  'authentication_method_not_allowed',
  'connection_invalid',
  'connection_strategy_invalid',
  'connection_unlinked',
  'email_verification_required',
  'invalid_connection_selector',
  'mfa_challenge',
  'mfa_enrollment',
  'oauth_failed',
  'organization_authentication_methods_required',
  'organization_invalid',
  'organization_membership_not_found',
  'organization_selection_required',
  'radar_challenge',
  'sign_up_not_allowed',
  'sso_required',
] as const;

/** Codes of a login that failed on our side; with WorkOS's, the ones that `/login?error=` shows. */
export const loginErrorCodes = [
  ...workosErrorCodes,
  'auth_failed',
  'impersonated',
  'login_expired',
  'session_too_large',
  'state_mismatch',
  'temporarily_unavailable',
  'user_disabled',
] as const;

export type LoginErrorCode = (typeof loginErrorCodes)[number];

/** What a connect may end with (`connect_error`); with these alone, since it comes back in a URL. */
export const connectErrorCodes = [
  'account_mismatch',
  'account_taken',
  'auth_failed',
  'consent_refused',
  'no_refresh_token',
  'scope_missing',
  'session_changed',
] as const;

export type ConnectErrorCode = (typeof connectErrorCodes)[number];

/** Codes of a request that is refused, whatever it is for. */
export const requestErrorCodes = [
  'cross_site',
  'invalid_client',
  'invalid_device_proof',
  'invalid_dpop_proof',
  'invalid_grant',
  'invalid_redirect_uri',
  'invalid_request',
  'invalid_signature',
  'invalid_ticket',
  'method_not_allowed',
  'missing_uid',
  'module_not_connected',
  'no_code',
  'no_jwt',
  'not_found',
  'payload_too_large',
  'rate_limited',
  'reauthorization_required',
  'unauthenticated',
  'unsupported_grant_type',
  'unsupported_media_type',
] as const;

export type AuthErrorCode = LoginErrorCode | ConnectErrorCode | (typeof requestErrorCodes)[number];

/** An unknown code becomes `auth_failed`, so that nothing a stranger wrote into a URL is echoed. */
export function toLoginErrorCode(code: string): LoginErrorCode {
  return loginErrorCodes.find((known) => known === code) ?? 'auth_failed';
}

/** As `toLoginErrorCode`, for what a connect came back with. */
export function toConnectErrorCode(code: string): ConnectErrorCode {
  return connectErrorCodes.find((known) => known === code) ?? 'auth_failed';
}

/** A failure with a public name. The message is for operators and reaches the log, never a client. */
export class AuthError extends Error {
  override readonly name = 'AuthError';
  readonly code: AuthErrorCode;
  /** Seconds after which a retry makes sense, where the other side said so. */
  readonly retryAfterSeconds: number | undefined;
  /** What in the request is missing or of the wrong type, by a name of ours: the client is told. */
  readonly field: string | undefined;

  constructor(
    code: AuthErrorCode,
    message: string,
    options: { cause?: unknown; retryAfterSeconds?: number; field?: string } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.retryAfterSeconds = options.retryAfterSeconds;
    this.field = options.field;
  }
}
