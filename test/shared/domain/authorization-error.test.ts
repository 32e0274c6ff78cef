/** RFC 6749 §4.1.2.1. */
import { describe, expect, it } from 'vitest';
import { loginErrorCodes, toLoginErrorCode } from '../../../functions/shared/domain/auth-error.ts';
import { toAuthorizationError } from '../../../functions/shared/domain/authorization-error.ts';

describe('toAuthorizationError()', () => {
  it.each(loginErrorCodes)('says %s in words that every OAuth client knows', (code) => {
    const { error, error_description: description } = toAuthorizationError(code);
    expect(error).toMatch(/^(?:access_denied|server_error|temporarily_unavailable)$/);
    expect(description ?? error).toBe(code);
  });

  it('leaves what OAuth has a word for as it is', () => {
    expect(toAuthorizationError('access_denied')).toStrictEqual({ error: 'access_denied' });
    expect(toAuthorizationError('temporarily_unavailable')).toStrictEqual({ error: 'temporarily_unavailable' });
  });

  it.each([
    ['user_disabled', 'access_denied'],
    ['impersonated', 'access_denied'],
    ['organization_membership_not_found', 'access_denied'],
    ['organization_invalid', 'server_error'],
    ['auth_failed', 'server_error'],
  ] as const)('says of %s that it is %s, and keeps our own code beside it', (code, error) => {
    expect(toAuthorizationError(code)).toStrictEqual({ error, error_description: code });
  });

  it('makes a code that nobody knows a server error', () => {
    expect(toAuthorizationError(toLoginErrorCode('<script>'))).toStrictEqual({
      error: 'server_error',
      error_description: 'auth_failed',
    });
  });
});
