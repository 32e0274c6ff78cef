/** What the real SDK makes of WorkOS's answers, and what we make of that (facts: shared/facts.md 1.4). */
import { WorkOS } from '@workos-inc/node';
import { describe, expect, it } from 'vitest';
import { createFetch } from '../../../functions/shared/outbound/fetch.ts';
import { classifyAuthenticateFailure, toAuthError } from '../../../functions/shared/workos/authenticate-failure.ts';
import { createWorkos } from '../../../functions/shared/workos/workos-client.ts';
import { type ScriptedAnswer, startScriptedServer, startServer, unusedUrl } from '../../support/scripted-server.ts';

const credentials = { apiKey: 'sk_test_1', clientId: 'client_1' };

async function failureOf(sdk: WorkOS): Promise<unknown> {
  const answer = await sdk.userManagement.authenticateWithRefreshToken({ refreshToken: 'r' }).then(
    () => ({ error: undefined }),
    (error: unknown) => ({ error }),
  );
  expect(answer.error).toBeInstanceOf(Error);
  return answer.error;
}

async function failureBy(answer: ScriptedAnswer | 'drop'): Promise<unknown> {
  const { url } = await startScriptedServer(() => answer);
  return failureOf(createWorkos(credentials, url, createFetch()));
}

const oauth = (error: string): ScriptedAnswer => ({
  status: 400,
  body: { error, error_description: `The code '01HSECRETCODE' says: ${error}.` },
});
const step = (code: string): ScriptedAnswer => ({
  status: 403,
  body: { code, message: 'One more step.', pending_authentication_token: 'pending_1' },
});

describe('classifyAuthenticateFailure() and toAuthError()', () => {
  it.each([
    ['invalid_grant', 'auth_failed'],
    ['mfa_enrollment', 'mfa_enrollment'],
    ['sso_required', 'sso_required'],
    ['sign_up_not_allowed', 'sign_up_not_allowed'],
    ['authentication_method_not_allowed', 'authentication_method_not_allowed'],
    ['organization_authentication_methods_required', 'organization_authentication_methods_required'],
  ])('take 400 %s for a refusal, shown as %s', async (error, code) => {
    const failure = await failureBy(oauth(error));
    expect(classifyAuthenticateFailure(failure)).toBe('refused');
    expect(toAuthError(failure)).toMatchObject({ code, cause: failure });
  });

  it('take a step that only the SDK knows by name for a refusal too, and one that comes with a 5xx for none', async () => {
    const unknown = await failureBy(step('radar_sms_challenge'));
    expect(classifyAuthenticateFailure(unknown)).toBe('refused');
    expect(toAuthError(unknown)).toMatchObject({ code: 'auth_failed' });
    const broken = await failureBy({ ...step('mfa_challenge'), status: 503 });
    expect(classifyAuthenticateFailure(broken)).toBe('unavailable');
  });

  it.each([
    'organization_selection_required',
    'email_verification_required',
    'mfa_enrollment',
    'mfa_challenge',
    'radar_challenge',
    'application_consent_required',
  ])('take 403 %s, a step that the user has to take, for a refusal', async (code) => {
    const failure = await failureBy(step(code));
    expect(classifyAuthenticateFailure(failure)).toBe('refused');
    expect(toAuthError(failure)).toMatchObject({ code, cause: failure });
  });

  it('tell an organization that the user has left from other refusals', async () => {
    const failure = await failureBy(oauth('organization_membership_not_found'));
    expect(classifyAuthenticateFailure(failure)).toBe('organization');
    expect(toAuthError(failure)).toMatchObject({ code: 'organization_membership_not_found' });
  });

  it.each([
    ['401', { status: 401, body: { message: 'Unauthorized' } }],
    ['400 invalid_client', oauth('invalid_client')],
    ['400 unauthorized_client', oauth('unauthorized_client')],
  ])('take %s for an error of ours in the credentials', async (_, answer) => {
    const failure = await failureBy(answer);
    expect(classifyAuthenticateFailure(failure)).toBe('credentials');
    expect(toAuthError(failure)).toMatchObject({
      code: 'temporarily_unavailable',
      message: 'WorkOS refused our API key or client id',
      cause: failure,
    });
  });

  it.each<[string, ScriptedAnswer | 'drop']>([
    ['429', { status: 429, body: { message: 'Too many requests' } }],
    ['500', { status: 500, body: { message: 'Internal error' } }],
    ['500 with an OAuth error', { status: 500, body: { error: 'invalid_grant', error_description: 'no' } }],
    ['502 with a page', { status: 502, body: '<h1>Bad Gateway</h1>' }],
    ['503 with nothing', { status: 503 }],
    ['503 server_error', { status: 503, body: { error: 'server_error' } }],
    ['408', { status: 408, body: { message: 'Request timeout' } }],
    ['a dropped connection', 'drop'],
    ['200 with a page', { body: '<h1>Welcome to the hotel</h1>' }],
    ['200 with something else', { body: { hello: 'world' } }],
    ['400 with a page', { status: 400, body: '<h1>Bad Request</h1>' }],
    ['400 invalid_request', oauth('invalid_request')],
    ['400 unsupported_grant_type', oauth('unsupported_grant_type')],
    ['400 server_error', oauth('server_error')],
    ['400 temporarily_unavailable', oauth('temporarily_unavailable')],
    ['400 token_too_big', oauth('token_too_big')],
    ['400 with an error nobody knows', oauth('brand_new_error')],
    ['400 without an error', { status: 400, body: { error_description: 'something' } }],
    ['400 with a list of errors', { status: 400, body: { code: 'bad', errors: [{ code: 'x' }], message: 'no' } }],
    ['403 of something in between', { status: 403, body: { error: 'Forbidden' } }],
    ['413', { status: 413, body: { error: 'Payload Too Large' } }],
    ['403 without a code', { status: 403, body: { message: 'Forbidden' } }],
    ['403 with a code nobody knows', step('captcha_required')],
    ['404', { status: 404, body: { message: 'Not found' } }],
    ['409', { status: 409, body: { message: 'Conflict' } }],
    ['422', { status: 422, body: { message: 'Unprocessable', errors: [] } }],
  ])('learn nothing definite from %s', async (_, answer) => {
    const failure = await failureBy(answer);
    expect(classifyAuthenticateFailure(failure)).toBe('unavailable');
    expect(toAuthError(failure)).toMatchObject({
      code: 'temporarily_unavailable',
      message: 'WorkOS did not answer as it should',
      cause: failure,
    });
  });

  it('learn nothing definite where nobody listens', async () => {
    const failure = await failureOf(createWorkos(credentials, await unusedUrl(), createFetch()));
    expect(classifyAuthenticateFailure(failure)).toBe('unavailable');
  });

  it('learn nothing definite from a WorkOS that does not answer in time', async () => {
    const { hostname, port } = new URL(await startServer(() => undefined));
    const connection = { apiHostname: hostname, port: Number(port), https: false };
    const sdk = new WorkOS({
      ...credentials,
      ...connection,
      timeout: 30,
      maxRetries: 0,
      fetchFn: createFetch() as unknown as typeof globalThis.fetch,
    });
    const failure = await failureOf(sdk);
    // So the SDK has it: an OAuth error whose code is a sentence of its own.
    expect(failure).toMatchObject({ name: 'OauthException', status: 408 });
    expect(classifyAuthenticateFailure(failure)).toBe('unavailable');
    expect(toAuthError(failure).code).toBe('temporarily_unavailable');
  });

  it.each([
    ['7', 7],
    ['Sun, 22 Nov 2026 10:00:00 GMT', undefined],
    [undefined, undefined],
  ])('pass on when WorkOS wants to be asked again: %s', async (header, retryAfterSeconds) => {
    const headers = header === undefined ? {} : { 'retry-after': header };
    const failure = await failureBy({ status: 429, headers, body: { message: 'Too many requests' } });
    expect(toAuthError(failure).retryAfterSeconds).toBe(retryAfterSeconds);
  });

  it('say nothing of what WorkOS quotes', async () => {
    const error = toAuthError(await failureBy(oauth('invalid_grant')));
    expect(error.message).not.toContain('01HSECRETCODE');
  });

  it('learn nothing from what is no failure of WorkOS', () => {
    expect(classifyAuthenticateFailure(new TypeError('bug'))).toBe('unavailable');
    expect(classifyAuthenticateFailure(undefined)).toBe('unavailable');
  });
});
