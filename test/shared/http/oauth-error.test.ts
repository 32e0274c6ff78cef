/** RFC 6749 §5.2. */
import { describe, expect, it } from 'vitest';
import {
  AuthError,
  type AuthErrorCode,
  loginErrorCodes,
  requestErrorCodes,
} from '../../../functions/shared/domain/auth-error.ts';
import { oauthError } from '../../../functions/shared/http/oauth-error.ts';
import { requestId, requestTo } from '../../support/api-gateway-event.ts';

const tell = (code: AuthErrorCode, headers: Readonly<Record<string, string>> = {}) => {
  const reply = oauthError(
    new AuthError(code, 'for operators'),
    requestTo('/oauth/token', { method: 'POST', headers }),
  );
  const body = JSON.parse(reply.body) as Record<string, unknown>;
  return { status: reply.status, headers: reply.headers, body, error: body['error'] };
};
const codes = [...loginErrorCodes, ...requestErrorCodes];

describe('oauthError()', () => {
  it('names the error, a sentence and the request, and nothing else', () => {
    expect(tell('invalid_grant').body).toStrictEqual({
      error: 'invalid_grant',
      error_description: 'This grant is unknown, used, ended or not for this client. Sign in again.',
      request_id: requestId,
    });
  });

  it.each([
    'invalid_client',
    'invalid_dpop_proof',
    'invalid_grant',
    'invalid_request',
    'unsupported_grant_type',
  ] as const)('answers %s with 400 in JSON', (code) => {
    expect(tell(code)).toMatchObject({ status: 400, error: code, headers: { 'content-type': 'application/json' } });
  });

  it.each(['method_not_allowed', 'payload_too_large', 'unsupported_media_type'] as const)(
    'calls %s a malformed request, as OAuth does',
    (code) => {
      expect(tell(code)).toMatchObject({ status: 400, error: 'invalid_request' });
    },
  );

  it('keeps trouble of ours apart from mistakes of the client: 503, and when to come back', () => {
    const { status, headers, error } = tell('temporarily_unavailable');
    expect({ status, error }).toStrictEqual({ status: 503, error: 'temporarily_unavailable' });
    expect(headers).toMatchObject({ 'retry-after': '5' });
  });

  it('answers a client that tries a password with 401 and its scheme', () => {
    const { status, headers } = tell('invalid_client', { authorization: 'basic eDp5' });
    expect(status).toBe(401);
    expect(headers).toMatchObject({ 'www-authenticate': 'Basic realm="gatehouse"' });
    expect(tell('invalid_grant', { authorization: 'Basic eDp5' }).status).toBe(400);
    expect(tell('invalid_client', { authorization: 'Bearer x' })).toMatchObject({
      status: 400,
      error: 'invalid_client',
    });
  });

  it.each(codes)('tells %s with a sentence in the characters that error_description may have', (code) => {
    expect(tell(code).body['error_description']).toMatch(/^[\x20\x21\x23-\x5b\x5d-\x7e]+\.$/);
  });
});
