/** The local GitHub: consent, tokens with and without expiry, repositories in pages, and what an app may end. */
import { createHash, randomBytes } from 'node:crypto';
import * as v from 'valibot';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Faults } from '../../lib/local/faults.ts';
import { type LocalGithub, startLocalGithub } from '../../lib/local/github/server.ts';

const alice = 'alice-archer';
const bob = 'bob-baker';
const redirectUri = 'http://localhost:3000/oauth/github/callback';

const faults = new Faults();
let offsetMs = 0;
let github: LocalGithub;
let settingsAtStart: LocalGithub['settings'];
beforeAll(async () => {
  github = await startLocalGithub({
    redirectUris: [redirectUri],
    faults,
    now: () => new Date(Date.now() + offsetMs),
  });
  settingsAtStart = { ...github.settings };
});
afterAll(() => github.close());
beforeEach(() => {
  offsetMs = 0;
  faults.clear();
  Object.assign(github.settings, settingsAtStart);
  for (const login of [alice, bob]) github.revokeGrant(login);
});

type Fields = Readonly<Record<string, string>>;

const codeVerifier = randomBytes(32).toString('base64url');
const wellFormed: Fields = {
  redirect_uri: redirectUri,
  scope: 'repo gist user:email',
  state: 'the state',
  code_challenge: createHash('sha256').update(codeVerifier).digest('base64url'),
  code_challenge_method: 'S256',
};

function authorizeUrl(query: Fields = {}): string {
  const given = Object.entries({ client_id: github.clientId, ...wellFormed, ...query });
  return `${github.url}/login/oauth/authorize?${new URLSearchParams(given)}`;
}

/** Presses a button of the consent page; where that leads. */
async function consent(form: Fields = { consent: 'allow', account: alice, scope: 'repo gist' }) {
  const init = { method: 'POST', redirect: 'manual', body: new URLSearchParams(form) } as const;
  const { status, headers } = await fetch(authorizeUrl(), init);
  expect(status).toBe(302);
  return new URL(headers.get('location') ?? '').searchParams;
}

async function askForTokens(fields: Fields, headers: Fields = { accept: 'application/json' }) {
  const client = { client_id: github.clientId, client_secret: github.clientSecret };
  const body = new URLSearchParams({ ...client, ...fields });
  const response = await fetch(`${github.url}/login/oauth/access_token`, { method: 'POST', headers, body });
  return { status: response.status, text: await response.text() };
}

/** Of every answer about tokens, as far as a test goes on with it. */
const TokenBody = v.looseObject({ access_token: v.optional(v.string()), refresh_token: v.optional(v.string()) });
const Repositories = v.array(v.looseObject({ full_name: v.string() }));

async function exchange(code: string | null, fields: Fields = {}) {
  const grant = { code: code ?? '', code_verifier: codeVerifier, ...fields };
  const { status, text } = await askForTokens(grant);
  return { status, body: v.parse(TokenBody, JSON.parse(text)) };
}

async function refresh(refreshToken = '') {
  const { status, text } = await askForTokens({ grant_type: 'refresh_token', refresh_token: refreshToken });
  return { status, body: v.parse(TokenBody, JSON.parse(text)) };
}

async function get(path: string, accessToken = '') {
  const headers = { authorization: `Bearer ${accessToken}`, 'user-agent': 'a test' };
  const response = await fetch(`${github.url}${path}`, { headers });
  return { status: response.status, headers: response.headers, body: v.parse(v.unknown(), await response.json()) };
}

async function applications(
  method: string,
  what: 'grant' | 'token',
  accessToken: string,
  secret = github.clientSecret,
) {
  const response = await fetch(`${github.url}/applications/${github.clientId}/${what}`, {
    method,
    headers: {
      authorization: `Basic ${Buffer.from(`${github.clientId}:${secret}`).toString('base64')}`,
      'content-type': 'application/json',
    },
    body: JSON.stringify({ access_token: accessToken }),
  });
  const text = await response.text();
  return { status: response.status, body: text === '' ? undefined : v.parse(v.unknown(), JSON.parse(text)) };
}

describe('GET /login/oauth/authorize', () => {
  it.each([alice, 'alice@example.com'])(
    'shows the scopes ticked, and the account that is hinted as %s',
    async (login) => {
      const response = await fetch(authorizeUrl({ login }));
      const html = await response.text();
      expect(response.status).toBe(200);
      expect(html).toContain(`<option value="${alice}" selected>`);
      for (const scope of ['repo', 'gist']) {
        expect(html).toContain(`<input type="checkbox" name="scope" value="${scope}" checked>`);
      }
      for (const text of ['Also: user:email', '>Authorize<', '>Cancel<']) expect(html).toContain(text);
    },
  );

  it.each([
    ['not_found', { client_id: 'another' }],
    ['redirect_uri_mismatch', { redirect_uri: 'https://evil.example/' }],
    ['invalid_request', { code_challenge_method: 'plain' }],
  ])('says %s on a page and redirects nobody for %o', async (error, query) => {
    for (const method of ['GET', 'POST']) {
      const response = await fetch(authorizeUrl(query), { method, redirect: 'manual' });
      expect(response.status).toBe(400);
      expect(await response.text()).toContain(`<code>${error}</code>`);
    }
  });

  it('answers access_denied with the state on Cancel', async () => {
    const query = await consent({ consent: 'cancel' });
    expect(Object.fromEntries(query)).toMatchObject({ error: 'access_denied', state: 'the state' });
    expect(query.has('code')).toBe(false);
  });
});

describe('POST /login/oauth/access_token', () => {
  it('gives a token for what was ticked, which does not expire', async () => {
    const { status, body } = await exchange(
      (await consent({ consent: 'allow', account: alice, scope: 'repo' })).get('code'),
    );
    expect(status).toBe(200);
    expect(body).toEqual({
      access_token: expect.stringMatching(/^gho_/),
      scope: 'user:email,repo',
      token_type: 'bearer',
    });
    offsetMs = 365 * 86_400_000;
    expect((await get('/user', body.access_token)).status).toBe(200);
  });

  it('gives a refresh token and both lifetimes where the app is set so', async () => {
    github.settings.expiringTokens = true;
    const { body } = await exchange((await consent()).get('code'));
    expect(body).toEqual({
      access_token: expect.stringMatching(/^gho_/),
      expires_in: 28_800,
      refresh_token: expect.stringMatching(/^ghr_/),
      refresh_token_expires_in: 15_897_600,
      scope: 'user:email,repo,gist',
      token_type: 'bearer',
    });
    offsetMs = 28_800_000;
    expect((await get('/user', body.access_token)).status).toBe(401);
  });

  it('answers as a form unless JSON is asked for', async () => {
    const { text } = await askForTokens({ code: 'unknown' }, {});
    expect(new URLSearchParams(text).get('error')).toBe('bad_verification_code');
  });

  it('takes a code once', async () => {
    const code = (await consent()).get('code');
    await exchange(code);
    expect(await exchange(code)).toMatchObject({ status: 200, body: { error: 'bad_verification_code' } });
  });

  it.each([
    ['incorrect_client_credentials', { client_secret: 'wrong' }],
    ['incorrect_client_credentials', { client_id: 'another' }],
    ['bad_verification_code', { code_verifier: 'wrong' }],
    ['bad_verification_code', { code_verifier: '' }],
    ['redirect_uri_mismatch', { redirect_uri: 'http://localhost:3000/' }],
    ['unsupported_grant_type', { grant_type: 'password' }],
  ])('says %s with 200 for %o', async (error, fields) => {
    const answer = await exchange((await consent()).get('code'), fields);
    expect(answer).toMatchObject({ status: 200, body: { error, error_description: expect.any(String) } });
  });

  it('spends a refresh token and ends the access token with it, without grace', async () => {
    github.settings.expiringTokens = true;
    const first = github.grant(alice, ['repo']);
    const { body: second } = await refresh(first.refresh_token);
    expect((await get('/user', first.access_token)).status).toBe(401);
    expect((await get('/user', second.access_token)).status).toBe(200);
    expect(await refresh(first.refresh_token)).toMatchObject({ status: 200, body: { error: 'bad_refresh_token' } });
    expect((await refresh(second.refresh_token)).body).toHaveProperty('access_token');
  });

  it('refreshes what has expired, until the refresh token has', async () => {
    github.settings.expiringTokens = true;
    const first = github.grant(alice, ['repo']);
    github.expireTokens(alice);
    expect((await get('/user', first.access_token)).status).toBe(401);
    const { body: second } = await refresh(first.refresh_token);
    offsetMs = 15_897_600_000;
    expect((await refresh(second.refresh_token)).body).toMatchObject({ error: 'bad_refresh_token' });
  });

  it('ends the oldest of more than ten tokens of a user and a set of scopes', async () => {
    const other = github.grant(alice, ['user:email']);
    const [first, second] = Array.from({ length: 11 }, () => github.grant(alice, ['repo']).access_token);
    expect((await get('/user', first ?? '')).status).toBe(401);
    for (const token of [second ?? '', other.access_token]) expect((await get('/user', token)).status).toBe(200);
  });
});

describe('the API', () => {
  it('says who it is by an id that stays, and which scopes the token has', async () => {
    const { headers, body } = await get('/user', github.grant(alice, ['repo', 'user:email']).access_token);
    expect(body).toMatchObject({ id: 1001, login: alice, email: null });
    expect(headers.get('x-oauth-scopes')).toBe('repo, user:email');
  });

  it('says the address only to a token for it', async () => {
    const { body } = await get('/user/emails', github.grant(alice, ['user:email']).access_token);
    expect(body).toEqual([{ email: 'alice@example.com', primary: true, verified: true, visibility: 'private' }]);
    expect((await get('/user/emails', github.grant(alice, ['repo']).access_token)).status).toBe(404);
  });

  it('lists private repositories only to a token for them', async () => {
    const names = async (scopes: string[], query = '') => {
      const { body } = await get(`/user/repos${query}`, github.grant(alice, scopes).access_token);
      return v.parse(Repositories, body).map((repository) => repository.full_name);
    };
    expect(await names(['repo'])).toEqual([`${alice}/notes`, `${alice}/secret-plans`, `${alice}/website`]);
    expect(await names([])).toEqual([`${alice}/website`]);
    expect(await names(['repo'], '?visibility=private')).toEqual([`${alice}/notes`, `${alice}/secret-plans`]);
  });

  it('gives repositories in pages, which the Link header names', async () => {
    const { access_token: token } = github.grant(bob, ['repo']);
    const first = await get('/user/repos?per_page=100', token);
    expect(first.body).toHaveLength(100);
    const link = first.headers.get('link') ?? '';
    expect(link).toContain('rel="next"');
    expect(link).not.toContain('rel="prev"');
    const next = new URL(/<([^>]+)>; rel="next"/.exec(link)?.[1] ?? '');
    expect(next.origin).toBe(github.url);
    const second = await get(`${next.pathname}${next.search}`, token);
    expect(second.body).toHaveLength(30);
    expect(second.headers.get('link')).not.toContain('rel="next"');
    expect((await get('/user/repos', token)).body).toHaveLength(30);
  });

  it('answers 401 to an unknown token, and 403 to a caller that does not say who it is', async () => {
    expect(await get('/user', 'unknown')).toMatchObject({ status: 401, body: { message: 'Bad credentials' } });
    const authorization = `Bearer ${github.grant(alice, []).access_token}`;
    const response = await fetch(`${github.url}/user`, { headers: { authorization, 'user-agent': '' } });
    expect(response.status).toBe(403);
  });
});

describe('/applications/{client_id}', () => {
  it('ends one token, and no other', async () => {
    const [one, another] = [github.grant(alice, ['repo']), github.grant(alice, ['repo'])];
    expect((await applications('DELETE', 'token', one.access_token)).status).toBe(204);
    expect((await get('/user', one.access_token)).status).toBe(401);
    expect((await get('/user', another.access_token)).status).toBe(200);
    expect(github.grantsOf(alice)).toEqual([['repo']]);
    expect((await applications('DELETE', 'token', one.access_token)).status).toBe(422);
  });

  it('ends all that the user gave to the app with the grant', async () => {
    const [one, another] = [github.grant(alice, ['repo']), github.grant(alice, ['user:email'])];
    const others = github.grant(bob, ['repo']);
    expect((await applications('DELETE', 'grant', one.access_token)).status).toBe(204);
    expect((await get('/user', another.access_token)).status).toBe(401);
    expect((await get('/user', others.access_token)).status).toBe(200);
  });

  it('leaves the refresh token of an expired access token alone', async () => {
    github.settings.expiringTokens = true;
    const token = github.grant(alice, ['repo']);
    github.expireTokens(alice);
    expect((await applications('DELETE', 'token', token.access_token)).status).toBe(422);
    expect((await refresh(token.refresh_token)).body).toHaveProperty('access_token');
  });

  it('tells the app what a token is for', async () => {
    const { access_token: token } = github.grant(alice, ['repo']);
    expect(await applications('POST', 'token', token)).toMatchObject({ status: 200, body: { scopes: ['repo'] } });
    expect((await applications('POST', 'token', 'unknown')).status).toBe(404);
  });

  it('answers nobody without the app’s secret', async () => {
    const { access_token: token } = github.grant(alice, ['repo']);
    for (const method of ['POST', 'DELETE']) {
      expect((await applications(method, 'token', token, 'wrong')).status).toBe(401);
    }
    expect((await get('/user', token)).status).toBe(200);
  });
});

describe('the switches', () => {
  it.each([
    ['github.repos=throttle', 403, 'x-ratelimit-remaining', '0'],
    ['github.repos=429', 429, 'retry-after', '1'],
  ])('refuse as GitHub does under %s', async (rule, status, header, value) => {
    const { access_token: token } = github.grant(alice, ['repo']);
    faults.set(rule);
    const answer = await get('/user/repos', token);
    expect(answer.status).toBe(status);
    expect(answer.headers.get(header)).toBe(value);
  });

  it('count what was asked for', async () => {
    const before = new Map(github.calls);
    await refresh('unknown');
    await get('/user', github.grant(alice, []).access_token);
    expect(['token', 'user'].map((name) => (github.calls.get(name) ?? 0) - (before.get(name) ?? 0))).toEqual([1, 1]);
  });
});
