import { describe, expect, it } from 'vitest';
import { createGithubRepositories } from '../../../functions/shared/providers/github-api.ts';
import { createGithub } from '../../../functions/shared/providers/github.ts';
import { clientSecret, failureOf, now, startProvider } from '../../support/provider-client.ts';
import type { ScriptedAnswer } from '../../support/scripted-server.ts';

const accessToken = 'canary-access-token';
const refreshToken = 'canary-refresh-token';
const inSeconds = (seconds: number) => new Date(now.getTime() + seconds * 1000);

const start = async (answer: ScriptedAnswer | 'drop') => {
  const provider = await startProvider(() => answer);
  return { github: createGithub(provider.options), requests: provider.requests, options: provider.options };
};

describe('createGithub()', () => {
  it('takes tokens as they come: without expiry', async () => {
    const { github } = await start({ body: { access_token: 'gho_1', token_type: 'bearer', scope: 'repo,gist' } });
    const grant = await github.exchange('code', 'verifier', 'https://a.example/cb');
    expect(grant).toEqual({ tokens: { accessToken: 'gho_1' }, scopes: ['repo', 'gist'] });
    expect(github.toKeep(grant)).toEqual({ accessToken: 'gho_1' });
  });

  it('takes tokens as they come: with expiry, and a refresh token for a single use', async () => {
    const body = {
      access_token: 'ghu_1',
      expires_in: 28_800,
      refresh_token: 'ghr_1',
      refresh_token_expires_in: 15_897_600,
    };
    const { github, requests } = await start({ body });
    const grant = await github.refresh(refreshToken);
    expect(grant.tokens).toEqual({
      accessToken: 'ghu_1',
      accessTokenExpiresAt: inSeconds(28_800),
      refreshToken: 'ghr_1',
      refreshTokenExpiresAt: inSeconds(15_897_600),
    });
    expect(github.toKeep(grant)).toEqual(grant.tokens);
    expect(requests[0]).toMatchObject({ target: '/login/oauth/access_token', headers: { accept: 'application/json' } });
  });

  it.each([
    [{ body: { error: 'bad_refresh_token', error_description: 'a sentence' } }, 'refused', 'bad_refresh_token'],
    [{ body: { error: 'bad_verification_code' } }, 'refused', 'bad_verification_code'],
    [{ body: { error: 'incorrect_client_credentials' } }, 'misconfigured', 'incorrect_client_credentials'],
    [{ body: { error: 'unverified_user_email' } }, 'unexpected', 'unverified_user_email'],
    [{ status: 404, body: '<html>' }, 'unexpected', undefined],
    [{ status: 502, body: '<html>' }, 'later', '502'],
    ['drop' as const, 'later', undefined],
  ])('takes %j for %s', async (answer, kind, reason) => {
    const { github } = await start(answer);
    expect(await failureOf(github.refresh(refreshToken))).toMatchObject({ kind, reason });
  });

  it('knows an account by its number, and shows its login', async () => {
    const { github } = await start({ body: { id: 583_231, login: 'octocat' } });
    expect(await github.account(accessToken)).toEqual({ id: '583231', address: 'octocat' });
  });

  it.each([204, 404, 422])('takes one token for revoked after %d, with its own credentials', async (status) => {
    const { github, requests } = await start({ status });
    await github.revoke({ accessToken });
    const authorization = `Basic ${Buffer.from(`client-1:${clientSecret}`).toString('base64')}`;
    expect(requests).toMatchObject([
      { method: 'DELETE', target: '/applications/client-1/token', headers: { authorization } },
    ]);
    expect(JSON.parse(requests[0]?.body ?? '')).toEqual({ access_token: accessToken });
  });

  it('does not leave the refresh token of an access token that has expired', async () => {
    const provider = await startProvider(({ target, body }) => {
      if (target === '/login/oauth/access_token') return { body: { access_token: 'ghu_2', refresh_token: 'ghr_2' } };
      return { status: body.includes('ghu_2') ? 204 : 404 };
    });
    await createGithub(provider.options).revoke({ accessToken, refreshToken });
    expect(provider.requests.map(({ method, target }) => `${method} ${target}`)).toEqual([
      'DELETE /applications/client-1/token',
      'POST /login/oauth/access_token',
      'DELETE /applications/client-1/token',
    ]);
  });

  it.each([
    [{ status: 401 }, 'misconfigured'],
    [{ status: 503 }, 'later'],
  ])('does not take %j for a revocation', async (answer, kind) => {
    const { github } = await start(answer);
    expect((await failureOf(github.revoke({ accessToken }))).kind).toBe(kind);
  });
});

describe('createGithubRepositories()', () => {
  const repository = {
    id: 1,
    full_name: 'a/b',
    private: true,
    html_url: 'https://github.com/a/b',
    default_branch: 'main',
  };

  it('lists a page, and says whether there is another', async () => {
    const link =
      '<https://api.github.com/user/repos?page=3>; rel="next", <https://api.github.com/user/repos?page=1>; rel="prev"';
    const { options, requests } = await start({ headers: { link }, body: [{ ...repository, owner: {} }] });
    expect(await createGithubRepositories(options).list(accessToken, 2)).toEqual({
      repositories: [{ id: 1, fullName: 'a/b', private: true, url: 'https://github.com/a/b', defaultBranch: 'main' }],
      hasMore: true,
    });
    expect(requests[0]).toMatchObject({
      target: '/user/repos?per_page=100&page=2&sort=full_name',
      headers: { 'user-agent': 'gatehouse' },
    });
  });

  it('knows the last page', async () => {
    const { options } = await start({ headers: { link: '<https://api.github.com/x>; rel="prev"' }, body: [] });
    expect(await createGithubRepositories(options).list(accessToken, 2)).toEqual({ repositories: [], hasMore: false });
  });

  it.each([
    [{ status: 401 }, 'refused', undefined],
    [{ status: 403 }, 'forbidden', undefined],
    [{ status: 403, headers: { 'retry-after': '60' } }, 'later', 60],
    [
      {
        status: 403,
        headers: { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(now.getTime() / 1000 + 90) },
      },
      'later',
      90,
    ],
    [
      {
        status: 429,
        headers: { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(now.getTime() / 1000 + 90) },
      },
      'later',
      90,
    ],
    [{ status: 403, headers: { 'x-ratelimit-remaining': '0' } }, 'later', 60],
    [{ status: 429, headers: { 'retry-after': '7' } }, 'later', 7],
    [{ status: 429 }, 'later', undefined],
    [{ status: 200, body: { message: 'a sentence' } }, 'unexpected', undefined],
  ])('takes %j for %s', async (answer, kind, retryAfterSeconds) => {
    const { options } = await start(answer);
    const failure = await failureOf(createGithubRepositories(options).list(accessToken, 1));
    expect(failure).toMatchObject({ kind, retryAfterSeconds });
  });
});
