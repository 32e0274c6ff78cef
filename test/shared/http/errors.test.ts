import { describe, expect, it } from 'vitest';
import { AuthError, type AuthErrorCode, loginErrorCodes } from '../../../functions/shared/domain/auth-error.ts';
import { jsonError, publicError } from '../../../functions/shared/http/errors.ts';
import { requestId, requestTo } from '../../support/api-gateway-event.ts';

const statusOf = (code: AuthErrorCode) => publicError(new AuthError(code, '')).status;

describe('publicError()', () => {
  it.each([
    ['cross_site', 403],
    ['invalid_request', 400],
    ['method_not_allowed', 405],
    ['no_code', 400],
    ['not_found', 404],
    ['payload_too_large', 413],
    ['rate_limited', 429],
    ['unauthenticated', 401],
    ['unsupported_media_type', 415],
    ['access_denied', 403],
    ['user_disabled', 403],
    ['temporarily_unavailable', 503],
    ['login_expired', 400],
    ['state_mismatch', 400],
    ['auth_failed', 400],
    ['session_too_large', 500],
  ] as const)('answers %s with %d', (code, status) => {
    expect(statusOf(code)).toBe(status);
  });

  it.each(loginErrorCodes)('has a sentence for a developer for %s', (code) => {
    expect(publicError(new AuthError(code, '')).description).toMatch(/^[A-Z].*\.$/);
    expect(statusOf(code)).toBeGreaterThanOrEqual(400);
  });

  it('says when to come back, where that makes sense', () => {
    const headersOf = (code: AuthErrorCode, retryAfterSeconds?: number) =>
      publicError(new AuthError(code, '', retryAfterSeconds === undefined ? {} : { retryAfterSeconds })).headers;
    expect(headersOf('temporarily_unavailable')).toStrictEqual({ 'retry-after': '5' });
    expect(headersOf('rate_limited')).toStrictEqual({ 'retry-after': '5' });
    expect(headersOf('temporarily_unavailable', 30)).toStrictEqual({ 'retry-after': '30' });
    expect(headersOf('temporarily_unavailable', 1.2)).toStrictEqual({ 'retry-after': '2' });
    expect(headersOf('auth_failed', 30)).toStrictEqual({});
  });
});

describe('jsonError()', () => {
  const request = requestTo('/session');

  it('names the code, a sentence and the request, and nothing else', () => {
    const cause = new Error('connect ECONNREFUSED 10.0.0.1');
    const { status, headers, body } = jsonError(new AuthError('unauthenticated', 'for operators', { cause }), request);
    expect(status).toBe(401);
    expect(headers).toStrictEqual({ 'content-type': 'application/json' });
    expect(JSON.parse(body)).toStrictEqual({
      error: 'unauthenticated',
      error_description: 'Sign in first: there is no session, or it has ended.',
      request_id: requestId,
    });
  });

  it('carries the headers of its status', () => {
    const { headers } = jsonError(new AuthError('temporarily_unavailable', '', { retryAfterSeconds: 7 }), request);
    expect(headers).toMatchObject({ 'retry-after': '7' });
  });
});
