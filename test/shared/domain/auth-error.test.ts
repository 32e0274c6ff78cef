import { describe, expect, it } from 'vitest';
import { AuthError, toLoginErrorCode } from '../../../functions/shared/domain/auth-error.ts';

/** The contract's, and WorkOS's own for its callback and for `/authenticate` (shared/facts.md 4). */
const codes =
  'access_denied ambiguous_connection_selector application_consent_required authentication_method_not_allowed ' +
  'connection_invalid connection_strategy_invalid connection_unlinked email_verification_required ' +
  'invalid_connection_selector mfa_challenge mfa_enrollment oauth_failed organization_authentication_methods_required ' +
  'organization_invalid organization_membership_not_found organization_selection_required radar_challenge ' +
  'sign_up_not_allowed sso_required auth_failed login_expired session_too_large state_mismatch ' +
  'temporarily_unavailable user_disabled';

describe('toLoginErrorCode()', () => {
  it.each(codes.split(' '))('knows %s', (code) => {
    expect(toLoginErrorCode(code)).toBe(code);
  });

  it.each([
    '',
    'ACCESS_DENIED',
    'invalid_grant',
    'constructor',
    '__proto__',
    'cross_site',
    '<script>alert(1)</script>',
  ])('makes auth_failed of %j', (code) => {
    expect(toLoginErrorCode(code)).toBe('auth_failed');
  });
});

describe('AuthError', () => {
  it('has a code for clients, a message for operators, and what caused it', () => {
    const cause = new Error('socket closed');
    const error = new AuthError('temporarily_unavailable', 'WorkOS did not answer', { cause, retryAfterSeconds: 30 });
    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject({
      name: 'AuthError',
      code: 'temporarily_unavailable',
      message: 'WorkOS did not answer',
      cause,
      retryAfterSeconds: 30,
    });
  });

  it('has no cause and no delay unless it is given them', () => {
    const error = new AuthError('not_found', 'no such path');
    expect('cause' in error).toBe(false);
    expect(error.retryAfterSeconds).toBeUndefined();
  });
});
