/**
 * What a failed call to WorkOS's `/authenticate` means. The SDK throws a class per status, an OAuth error or a plain Error for
 * what it could not parse; only the first two kinds say anything definite. Its messages may quote the code or token: never logged.
 */
import {
  AuthenticationException,
  GenericServerException,
  OauthException,
  RateLimitExceededException,
  UnauthorizedException,
} from '@workos-inc/node';
import { AuthError, toLoginErrorCode, workosErrorCodes } from '../domain/auth-error.ts';

/**
 * - `refused`: WorkOS judged the code or token, or wants the user in front of a page.
 * - `organization`: the user is no longer a member of the organization that was asked for.
 * - `credentials`: our API key or client id is wrong: an operator's business.
 * - `unavailable`: everything else; nothing definite is known.
 */
export type AuthenticateFailure = 'refused' | 'organization' | 'credentials' | 'unavailable';

const credentialErrors: ReadonlySet<string> = new Set(['invalid_client', 'unauthorized_client']);
/** What is a verdict on this session or login. Any other code is a bug or a change at WorkOS, and no reason to sign anyone out. */
const refusals: ReadonlySet<string> = new Set(['invalid_grant', ...workosErrorCodes]);

export function classifyAuthenticateFailure(error: unknown): AuthenticateFailure {
  if (error instanceof UnauthorizedException) return 'credentials';
  const code = errorCodeOf(error);
  if (code === 'organization_membership_not_found') return 'organization';
  if (code !== undefined && credentialErrors.has(code)) return 'credentials';
  return isStep(error) || (code !== undefined && refusals.has(code)) ? 'refused' : 'unavailable';
}

/** Something the user has to do in front of a page; the SDK knows more of them by class than we do by name. */
function isStep(error: unknown): boolean {
  return error instanceof AuthenticationException && error.status < 500;
}

/** @returns the failure as our clients know it; the original stays as its cause. */
export function toAuthError(error: unknown): AuthError {
  const failure = classifyAuthenticateFailure(error);
  if (failure === 'credentials') {
    return new AuthError('temporarily_unavailable', 'WorkOS refused our API key or client id', { cause: error });
  }
  if (failure === 'unavailable') {
    const retryAfterSeconds = error instanceof RateLimitExceededException ? error.retryAfter : undefined;
    return new AuthError('temporarily_unavailable', 'WorkOS did not answer as it should', {
      cause: error,
      ...(retryAfterSeconds && { retryAfterSeconds }),
    });
  }
  return new AuthError(toLoginErrorCode(errorCodeOf(error) ?? ''), 'WorkOS refused the code or token', {
    cause: error,
  });
}

/**
 * The OAuth `error`, or the `code` of a step that the user has to take; only 4xx answers carry a verdict. 408 is what the SDK
 * makes of its own timeout.
 */
function errorCodeOf(error: unknown): string | undefined {
  if (error instanceof OauthException) return error.status < 500 && error.status !== 408 ? error.error : undefined;
  if (error instanceof GenericServerException && error.status < 500) {
    return workosErrorCodes.find((known) => known === error.code);
  }
  return undefined;
}
