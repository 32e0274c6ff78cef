/** Failures as the token endpoint tells them (RFC 6749 §5.2), and the revocation endpoint with it (RFC 7009 §2.2.1). */
import { AuthError, type AuthErrorCode } from '../domain/auth-error.ts';
import type { ErrorAnswer } from './error-answer.ts';
import { type ErrorReply, jsonError, type PublicError, publicError } from './errors.ts';
import type { HttpRequest } from './request.ts';
import { json, withHeaders } from './response.ts';

/** The sentences keep to the characters that RFC 6749 §5.2 allows. */
const oauthErrors = {
  invalid_client: { status: 400, description: 'No such client. Clients here are public: they send client_id alone.' },
  invalid_dpop_proof: { status: 400, description: 'The DPoP header is missing or is no proof for this request.' },
  invalid_grant: {
    status: 400,
    description: 'This grant is unknown, used, ended or not for this client. Sign in again.',
  },
  invalid_request: { status: 400, description: 'Send each parameter once, as application/x-www-form-urlencoded.' },
  temporarily_unavailable: { status: 503, description: 'Try again later; nothing was changed.' },
  unsupported_grant_type: { status: 400, description: 'grant_type is authorization_code or refresh_token.' },
} satisfies Partial<Record<AuthErrorCode, PublicError>>;

export type OAuthErrorCode = keyof typeof oauthErrors;

export const basicChallenge = 'Basic realm="gatehouse"';

const isOAuthErrorCode = (code: string): code is OAuthErrorCode => code in oauthErrors;

/** A content type, a size, a method: whatever OAuth has no name for is a malformed request. */
export function publicOAuthError(error: AuthError): ReturnType<typeof publicError> & { readonly code: OAuthErrorCode } {
  const code = isOAuthErrorCode(error.code) ? error.code : 'invalid_request';
  const { status, description } = oauthErrors[code];
  const field = error.field === undefined ? '' : ` Missing or repeated: ${error.field}.`;
  return { status, description: description + field, headers: publicError(error).headers, code };
}

export const oauthError: ErrorReply = (error, request) => {
  const { code, status, description, headers } = publicOAuthError(error);
  const answer: ErrorAnswer = { error: code, error_description: description, request_id: request.requestId };
  const reply = withHeaders(json(status, answer), headers);
  if (code !== 'invalid_client' || !triesBasic(request)) return reply;
  // "If the client attempted to authenticate via the Authorization request header field", says §5.2.
  return withHeaders({ ...reply, status: 401 }, { 'www-authenticate': basicChallenge });
};

const malformed: readonly AuthErrorCode[] = ['method_not_allowed', 'payload_too_large', 'unsupported_media_type'];

/** For what is answered below `/oauth/` by others than the endpoints of tokens. */
export function inOAuthWords(error: AuthError): AuthError {
  return malformed.includes(error.code) ? new AuthError('invalid_request', error.message) : error;
}

/** The same, told to programs. */
export const oauthJsonError: ErrorReply = (error, request) => jsonError(inOAuthWords(error), request);

/** Client authentication by a password (RFC 6749 §2.3.1). Another scheme is some interceptor's of the app's, and says nothing here. */
export function triesBasic({ headers }: HttpRequest): boolean {
  return /^basic\b/i.test(headers['authorization'] ?? '');
}
