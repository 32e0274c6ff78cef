import { describe, expect, it } from 'vitest';
import { AuthError, loginErrorCodes, toLoginErrorCode } from '../../../functions/shared/domain/auth-error.ts';

describe('toLoginErrorCode()', () => {
  it.each(loginErrorCodes)('knows %s', (code) => {
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
