import { describe, expect, it } from 'vitest';
import { createGoogle } from '../../../functions/shared/providers/google.ts';
import { clientSecret, failureOf, now, startProvider } from '../../support/provider-client.ts';
import type { ScriptedAnswer } from '../../support/scripted-server.ts';

const refreshToken = 'canary-refresh-token';
const tokens = { access_token: 'at', expires_in: 3599, scope: 'openid email https://www.googleapis.com/auth/x' };
const inSeconds = (seconds: number) => new Date(now.getTime() + seconds * 1000);

const start = async (answer: ScriptedAnswer | 'drop', reread?: string) => {
  const provider = await startProvider(() => answer, reread);
  return { google: createGoogle(provider.options), requests: provider.requests };
};
const refreshWith = async (answer: ScriptedAnswer | 'drop') => (await start(answer)).google.refresh(refreshToken);

describe('createGoogle()', () => {
  it('asks for a consent that gives a refresh token, for these scopes and no others', async () => {
    const provider = await startProvider(() => ({}));
    const { google } = { google: createGoogle({ ...provider.options, url: '' }) };
    const request = { redirectUri: 'https://a.example/oauth/gmail/callback', state: 's', codeChallenge: 'c' };
    const url = new URL(await google.authorizationUrl({ ...request, scopes: ['x'], loginHint: 'alice@example.com' }));
    expect(url.origin + url.pathname).toBe('https://accounts.google.com/o/oauth2/v2/auth');
    expect(Object.fromEntries(url.searchParams)).toEqual({
      client_id: 'client-1',
      redirect_uri: request.redirectUri,
      response_type: 'code',
      scope: 'openid email x',
      state: 's',
      code_challenge: 'c',
      code_challenge_method: 'S256',
      access_type: 'offline',
      prompt: 'consent',
      login_hint: 'alice@example.com',
    });
  });

  it('exchanges a code with its verifier', async () => {
    const { google, requests } = await start({
      body: { ...tokens, refresh_token: 'rt', refresh_token_expires_in: 60 },
    });
    expect(await google.exchange('code', 'verifier', 'https://a.example/cb')).toEqual({
      tokens: {
        accessToken: 'at',
        accessTokenExpiresAt: inSeconds(3599),
        refreshToken: 'rt',
        refreshTokenExpiresAt: inSeconds(60),
      },
      scopes: ['openid', 'email', 'https://www.googleapis.com/auth/x'],
    });
    expect(requests).toMatchObject([{ method: 'POST', target: '/token' }]);
    expect(Object.fromEntries(new URLSearchParams(requests[0]?.body))).toEqual({
      client_id: 'client-1',
      client_secret: clientSecret,
      grant_type: 'authorization_code',
      code: 'code',
      code_verifier: 'verifier',
      redirect_uri: 'https://a.example/cb',
    });
  });

  it('keeps the refresh token alone', async () => {
    const { google } = await start({ body: { ...tokens, refresh_token: 'rt' } });
    expect(google.toKeep(await google.refresh(refreshToken))).toEqual({ refreshToken: 'rt' });
  });

  it.each([
    [{ status: 400, body: { error: 'invalid_grant', error_description: 'a sentence' } }, 'refused', 'invalid_grant'],
    [{ status: 401, body: { error: 'invalid_client' } }, 'misconfigured', 'invalid_client'],
    [{ status: 401, body: { error: 'deleted_client' } }, 'misconfigured', 'deleted_client'],
    [{ status: 400, body: { error: 'unauthorized_client' } }, 'misconfigured', 'unauthorized_client'],
    [{ status: 400, body: { error: 'invalid_request' } }, 'unexpected', 'invalid_request'],
    [{ status: 400, body: { error: 'a canary sentence of its own' } }, 'unexpected', undefined],
    [{ status: 400, body: '<html>a sentence</html>' }, 'unexpected', undefined],
    [{ status: 200, body: { access_token: 'canary' } }, 'unexpected', undefined],
    [{ status: 200, body: '<html>' }, 'unexpected', undefined],
    [{ status: 302, headers: { location: 'http://127.0.0.1:1/' } }, 'unexpected', undefined],
    [{ status: 503, body: '<html>a sentence</html>' }, 'later', '503'],
    [{ status: 429, body: {} }, 'later', '429'],
    ['drop' as const, 'later', undefined],
  ])('takes %j for %s', async (answer, kind, reason) => {
    expect(await failureOf(refreshWith(answer))).toMatchObject({ kind, reason });
  });

  it.each([
    ['120', 120],
    ['Sun, 22 Nov 2026 10:00:30 GMT', 30],
    ['soon', undefined],
  ])('reads Retry-After %s', async (value, seconds) => {
    const failure = await failureOf(refreshWith({ status: 429, headers: { 'retry-after': value } }));
    expect(failure.retryAfterSeconds).toBe(seconds);
  });

  it('tries once more with credentials that an operator has replaced, and not with the same', async () => {
    const refused = { status: 401, body: { error: 'invalid_client' } };
    const replaced = await startProvider(
      (request) => (request.body.includes('next') ? { body: tokens } : refused),
      'next',
    );
    await createGoogle(replaced.options).refresh(refreshToken);
    expect(replaced.requests).toHaveLength(2);
    const same = await start(refused);
    expect((await failureOf(same.google.refresh(refreshToken))).kind).toBe('misconfigured');
    expect(same.requests).toHaveLength(1);
  });

  it('knows an account by its sub', async () => {
    const { google, requests } = await start({ body: { sub: '1000', email: 'alice@example.com' } });
    expect(await google.account('at')).toEqual({ id: '1000', address: 'alice@example.com' });
    expect(requests[0]).toMatchObject({ target: '/v1/userinfo', headers: { authorization: 'Bearer at' } });
  });

  it.each([{ status: 200 }, { status: 400, body: { error: 'invalid_token' } }])(
    'takes a revocation for done after %j',
    async (answer) => {
      const { google, requests } = await start(answer);
      await google.revoke({ refreshToken });
      expect(requests).toMatchObject([{ method: 'POST', target: '/revoke', body: `token=${refreshToken}` }]);
    },
  );

  it('does not take a revocation for done that was not', async () => {
    const { google } = await start({ status: 503 });
    expect((await failureOf(google.revoke({ refreshToken }))).kind).toBe('later');
  });
});
