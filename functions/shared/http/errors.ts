/** From an error's code to what a client is told: one table, so that a code without a line does not compile. */
import type { AuthError, AuthErrorCode, ConnectErrorCode, LoginErrorCode } from '../domain/auth-error.ts';
import type { Session } from '../domain/web-sessions.ts';
import type { ErrorAnswer } from './error-answer.ts';
import type { HttpRequest } from './request.ts';
import { type HttpResponse, json, withHeaders } from './response.ts';

export interface PublicError {
  readonly status: number;
  /** For a developer, in JSON answers. Pages have texts of their own, for their users. */
  readonly description: string;
}

const loginFailed: PublicError = { status: 400, description: 'The login failed. Start again at /login.' };

const publicErrors = {
  ...({
    access_denied: { status: 403, description: 'The user cancelled, or the provider refused the login.' },
    ambiguous_connection_selector: loginFailed,
    application_consent_required: loginFailed,
    auth_failed: loginFailed,
    authentication_method_not_allowed: loginFailed,
    connection_invalid: loginFailed,
    connection_strategy_invalid: loginFailed,
    connection_unlinked: loginFailed,
    email_verification_required: loginFailed,
    impersonated: {
      status: 403,
      description: 'An impersonator may look, and not sign in to apps or change what is connected.',
    },
    invalid_connection_selector: loginFailed,
    login_expired: { status: 400, description: 'The login took longer than ten minutes. Start again at /login.' },
    mfa_challenge: loginFailed,
    mfa_enrollment: loginFailed,
    oauth_failed: loginFailed,
    organization_authentication_methods_required: loginFailed,
    organization_invalid: loginFailed,
    organization_membership_not_found: loginFailed,
    organization_selection_required: loginFailed,
    radar_challenge: loginFailed,
    session_too_large: {
      status: 500,
      description: 'The session does not fit into a cookie: give its tokens fewer claims.',
    },
    sign_up_not_allowed: loginFailed,
    sso_required: loginFailed,
    state_mismatch: { status: 400, description: 'This browser did not start that login. Start at /login.' },
    temporarily_unavailable: { status: 503, description: 'Try again later; nothing was changed.' },
    user_disabled: { status: 403, description: 'This user is disabled.' },
  } satisfies Record<LoginErrorCode, PublicError>),
  ...({
    account_mismatch: {
      status: 409,
      description: 'The provider’s account signs in as another user here. Connect one with this user’s own e-mail.',
    },
    account_taken: { status: 409, description: 'Another user here has connected this account of the provider’s.' },
    auth_failed: loginFailed,
    consent_refused: { status: 403, description: 'The user did not give the consent.' },
    no_refresh_token: {
      status: 409,
      description: 'The provider gave no refresh token: what was connected would end within the hour.',
    },
    scope_missing: { status: 409, description: 'The consent leaves out a scope that the module needs.' },
    session_changed: { status: 409, description: 'The session that started the connect is not the one that ends it.' },
  } satisfies Record<ConnectErrorCode, PublicError>),
  cross_site: {
    status: 403,
    description: 'A cookie authorizes this method only from this origin, or one listed in webOrigins.',
  },
  invalid_client: { status: 400, description: 'The stage’s settings register no client of this client_id.' },
  invalid_device_proof: {
    status: 401,
    description: 'Ticket, verifier, uid or key do not belong together. Sign in again.',
  },
  invalid_dpop_proof: { status: 400, description: 'The DPoP header is missing or is no proof for this request.' },
  invalid_grant: { status: 401, description: 'The refresh token is unknown, used or ended. Sign in again.' },
  invalid_redirect_uri: { status: 400, description: 'This client registers no such redirect_uri.' },
  invalid_request: { status: 400, description: 'The request is malformed.' },
  invalid_signature: { status: 400, description: 'The signature does not belong to this body, or is too old.' },
  invalid_ticket: {
    status: 400,
    description:
      'The ticket is unknown, used, expired, or made for another user, session, client or module. Connect again.',
  },
  method_not_allowed: { status: 405, description: 'This path does not know that method; see Allow.' },
  missing_uid: { status: 400, description: 'uid is missing.' },
  module_not_connected: {
    status: 409,
    description: 'The user has not connected this module; see /oauth/{module}/connect.',
  },
  no_code: { status: 400, description: 'The callback carries neither a code nor an error. Start at /login.' },
  no_jwt: { status: 404, description: 'The proof was right, and its user is gone or disabled.' },
  not_found: { status: 404, description: 'There is nothing at this path.' },
  payload_too_large: { status: 413, description: 'The body is larger than 16 KB, or a webhook’s larger than 256 KB.' },
  rate_limited: { status: 429, description: 'Too many requests; see Retry-After.' },
  reauthorization_required: {
    status: 409,
    description: 'The provider no longer accepts the grant. Let the user connect the module again.',
  },
  unauthenticated: { status: 401, description: 'Sign in first: there is no session, or it has ended.' },
  unsupported_grant_type: { status: 400, description: 'grant_type is authorization_code or refresh_token.' },
  unsupported_media_type: { status: 415, description: 'This content type is not accepted here.' },
} satisfies Record<AuthErrorCode, PublicError>;

const defaultRetryAfterSeconds = 5;

/** Status, sentence, and the headers that belong to the status. */
export function publicError(error: AuthError): PublicError & { readonly headers: Readonly<Record<string, string>> } {
  const entry: PublicError = publicErrors[error.code];
  const isTransient = entry.status === 503 || entry.status === 429;
  const retryAfterSeconds = Math.ceil(error.retryAfterSeconds ?? defaultRetryAfterSeconds);
  const field = error.field === undefined ? '' : ` Missing or of the wrong type: ${error.field}.`;
  return {
    ...entry,
    description: entry.description + field,
    headers: isTransient ? { 'retry-after': String(retryAfterSeconds) } : {},
  };
}

/** Turns a failure into the answer that a route's clients expect: JSON for programs, a page for people. */
export type ErrorReply = (error: AuthError, request: HttpRequest, session?: Session) => HttpResponse;

export const jsonError: ErrorReply = (error, request) => {
  const { status, description, headers } = publicError(error);
  const answer: ErrorAnswer = { error: error.code, error_description: description, request_id: request.requestId };
  return withHeaders(json(status, answer), headers);
};
