/** The local Google: consent, tokens and their ends, and what Gmail and the calendar answer, as production does. */
import { createHash, randomBytes } from 'node:crypto';
import * as v from 'valibot';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Faults } from '../../lib/local/faults.ts';
import { type LocalGoogle, startLocalGoogle } from '../../lib/local/google/server.ts';

const alice = 'alice@example.com';
const bob = 'bob@example.com';
const redirectUri = 'http://localhost:3000/oauth/gmail/callback';
const modify = 'https://www.googleapis.com/auth/gmail.modify';
const readCalendar = 'https://www.googleapis.com/auth/calendar.readonly';
const emailScope = 'https://www.googleapis.com/auth/userinfo.email';

const faults = new Faults();
let offsetMs = 0;
let google: LocalGoogle;
let settingsAtStart: LocalGoogle['settings'];
beforeAll(async () => {
  google = await startLocalGoogle({
    redirectUris: [redirectUri],
    faults,
    now: () => new Date(Date.now() + offsetMs),
  });
  settingsAtStart = { ...google.settings };
});
afterAll(() => google.close());
beforeEach(() => {
  offsetMs = 0;
  faults.clear();
  Object.assign(google.settings, settingsAtStart);
  for (const email of [alice, bob]) google.revokeGrant(email);
});

type Fields = Readonly<Record<string, string>>;

const codeVerifier = randomBytes(32).toString('base64url');
const wellFormed: Fields = {
  response_type: 'code',
  redirect_uri: redirectUri,
  scope: `openid email ${modify}`,
  state: 'the state',
  access_type: 'offline',
  prompt: 'consent',
  code_challenge: createHash('sha256').update(codeVerifier).digest('base64url'),
  code_challenge_method: 'S256',
};

function authorizeUrl(query: Fields = {}): string {
  const given = Object.entries({ client_id: google.clientId, ...wellFormed, ...query });
  return `${google.url}/o/oauth2/v2/auth?${new URLSearchParams(given.filter(([, value]) => value !== ''))}`;
}

/** Presses a button of the consent page; where that leads. */
async function consent(query: Fields = {}, form: Fields = { consent: 'allow', account: alice, scope: modify }) {
  const init = { method: 'POST', redirect: 'manual', body: new URLSearchParams(form) } as const;
  const { status, headers } = await fetch(authorizeUrl(query), init);
  expect(status).toBe(302);
  return new URL(headers.get('location') ?? '').searchParams;
}

/** Of every answer, as far as a test goes on with it. */
const Body = v.looseObject({
  access_token: v.optional(v.string()),
  refresh_token: v.optional(v.string()),
  scope: v.optional(v.string()),
  historyId: v.optional(v.string()),
  history: v.optional(v.array(v.looseObject({ id: v.string() }))),
  messages: v.optional(v.array(v.looseObject({ id: v.string() }))),
});

async function read(response: Response) {
  const text = await response.text();
  const { status, headers } = response;
  return { status, headers, body: text === '' ? {} : v.parse(Body, JSON.parse(text)) };
}

async function post(path: string, fields: Fields, headers: Fields = {}) {
  return read(await fetch(`${google.url}${path}`, { method: 'POST', headers, body: new URLSearchParams(fields) }));
}

const client = () => ({ client_id: google.clientId, client_secret: google.clientSecret });

function exchange(code: string | null, fields: Fields = {}) {
  const grant = { grant_type: 'authorization_code', code: code ?? '', redirect_uri: redirectUri };
  return post('/token', { ...client(), ...grant, code_verifier: codeVerifier, ...fields });
}

function refresh(refreshToken = '', fields: Fields = {}) {
  return post('/token', { ...client(), grant_type: 'refresh_token', refresh_token: refreshToken, ...fields });
}

/** Tokens after a consent in the browser. */
async function tokens(query: Fields = {}, form?: Fields) {
  return (await exchange((await consent(query, form)).get('code'))).body;
}

async function get(path: string, accessToken = '', method = 'GET') {
  return read(await fetch(`${google.url}${path}`, { method, headers: { authorization: `Bearer ${accessToken}` } }));
}

const gmail = (path: string, accessToken?: string) => get(`/gmail/v1/users/me/${path}`, accessToken);

describe('GET /o/oauth2/v2/auth', () => {
  it('shows the accounts with the hinted one selected, the scopes ticked, and what comes with them', async () => {
    const response = await fetch(authorizeUrl({ login_hint: bob }));
    const html = await response.text();
    expect(response.status).toBe(200);
    expect(html).toContain(`<option value="${bob}" selected>`);
    expect(html).toContain(`<input type="checkbox" name="scope" value="${modify}" checked>`);
    expect(html).toContain(`Also: openid, ${emailScope}`);
    for (const text of [alice, 'alice.private@gmail.com', '>Allow<', '>Cancel<']) expect(html).toContain(text);
    expect(html).not.toContain('value="openid"');
  });

  it.each([
    ['invalid_client', { client_id: 'another' }],
    ['redirect_uri_mismatch', { redirect_uri: `${redirectUri}/` }],
    ['redirect_uri_mismatch', { redirect_uri: '' }],
    ['invalid_request', { response_type: 'token' }],
    ['invalid_request', { scope: '' }],
    ['invalid_request', { code_challenge_method: 'plain' }],
    ['invalid_request', { code_challenge: 'short' }],
  ])('says %s on a page and redirects nobody for %o', async (error, query) => {
    for (const method of ['GET', 'POST']) {
      const response = await fetch(authorizeUrl(query), { method, redirect: 'manual' });
      expect(response.status).toBe(400);
      expect(await response.text()).toContain(`<code>${error}</code>`);
    }
  });

  it('answers access_denied with the state on Cancel', async () => {
    const query = await consent({}, { consent: 'cancel' });
    expect([...query]).toEqual([
      ['error', 'access_denied'],
      ['state', 'the state'],
    ]);
  });
});

describe('POST /token with a code', () => {
  it('gives both tokens and the scopes in their long form', async () => {
    const { status, headers, body } = await exchange((await consent()).get('code'));
    expect(status).toBe(200);
    expect(headers.get('cache-control')).toContain('no-store');
    expect(body).toEqual({
      access_token: expect.stringMatching(/^ya29\./),
      refresh_token: expect.stringMatching(/^1\/\//),
      expires_in: 3599,
      scope: `openid ${emailScope} ${modify}`,
      token_type: 'Bearer',
    });
  });

  it('leaves out what was unticked', async () => {
    const form = { consent: 'allow', account: alice, scope: readCalendar };
    const { scope } = await tokens({ scope: `openid ${modify} ${readCalendar}` }, form);
    expect(scope).toBe(`openid ${readCalendar}`);
  });

  it('adds what was granted before when asked to include it', async () => {
    await tokens();
    const form = { consent: 'allow', account: alice, scope: readCalendar };
    const { scope } = await tokens({ scope: readCalendar, include_granted_scopes: 'true' }, form);
    expect(scope?.split(' ')).toEqual([readCalendar, 'openid', emailScope, modify]);
  });

  it.each([
    ['no access_type=offline', { access_type: '' }, false],
    ['a first consent without prompt=consent', { prompt: '' }, true],
  ])('answers %s', async (_, query, hasRefreshToken) => {
    expect('refresh_token' in (await tokens(query))).toBe(hasRefreshToken);
  });

  it('gives no refresh token to a later consent without prompt=consent', async () => {
    await tokens();
    expect(await tokens({ prompt: '' })).not.toHaveProperty('refresh_token');
    expect(await tokens()).toHaveProperty('refresh_token');
  });

  it('withholds the refresh token as often as it is told to', async () => {
    google.settings.consentsWithoutRefreshToken = 1;
    expect(await tokens()).not.toHaveProperty('refresh_token');
    expect(await tokens()).toHaveProperty('refresh_token');
  });

  it('takes a code once', async () => {
    const code = (await consent()).get('code');
    await exchange(code);
    expect(await exchange(code)).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
  });

  it('burns a code that comes with a wrong verifier', async () => {
    const code = (await consent()).get('code');
    expect(await exchange(code, { code_verifier: 'wrong' })).toMatchObject({ body: { error: 'invalid_grant' } });
    expect(await exchange(code)).toMatchObject({ body: { error: 'invalid_grant' } });
  });

  it.each([
    [400, 'redirect_uri_mismatch', { redirect_uri: 'http://localhost:3000/' }],
    [400, 'invalid_grant', { code: '4/0unknown' }],
    [400, 'invalid_grant', { code_verifier: '' }],
    [400, 'unsupported_grant_type', { grant_type: 'password' }],
    [401, 'invalid_client', { client_secret: 'wrong' }],
    [401, 'invalid_client', { client_id: 'another' }],
  ])('answers %i %s for %o', async (status, error, fields) => {
    const answer = await exchange((await consent()).get('code'), fields);
    expect(answer).toMatchObject({ status, body: { error, error_description: expect.any(String) } });
  });

  it('takes the client from an Authorization header', async () => {
    const code = (await consent()).get('code') ?? '';
    const grant = { grant_type: 'authorization_code', code, redirect_uri: redirectUri, code_verifier: codeVerifier };
    const basic = Buffer.from(`${google.clientId}:${google.clientSecret}`).toString('base64');
    expect((await post('/token', grant, { authorization: `Basic ${basic}` })).status).toBe(200);
  });

  it('refuses a code after ten minutes', async () => {
    const code = (await consent()).get('code');
    offsetMs = 600_000;
    expect(await exchange(code)).toMatchObject({ body: { error: 'invalid_grant' } });
  });
});

describe('POST /token with a refresh token', () => {
  it('gives an access token and no other refresh token, as often as asked', async () => {
    const { refresh_token: refreshToken } = google.grant(alice, [modify]);
    for (const _ of [1, 2]) {
      const { status, body } = await refresh(refreshToken);
      expect(status).toBe(200);
      expect(body).not.toHaveProperty('refresh_token');
      expect((await gmail('profile', body.access_token)).status).toBe(200);
    }
  });

  it('refuses one of a revoked grant, and an unknown one', async () => {
    const { refresh_token: refreshToken } = google.grant(alice, [modify]);
    google.revokeGrant(alice);
    for (const token of [refreshToken, 'unknown']) {
      expect(await refresh(token)).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
    }
  });

  it('refuses one of a time-limited access when the time is over', async () => {
    google.settings.refreshTokenSeconds = 604_800;
    const answer = google.grant(alice, [modify]);
    expect(answer.refresh_token_expires_in).toBe(604_800);
    offsetMs = 604_800_000;
    expect(await refresh(answer.refresh_token)).toMatchObject({ body: { error: 'invalid_grant' } });
  });

  it('refuses everyone when the client is gone, and takes no consent back for it', async () => {
    const { refresh_token: refreshToken } = google.grant(alice, [modify]);
    google.settings.clientError = 'deleted_client';
    expect(await refresh(refreshToken)).toMatchObject({ status: 401, body: { error: 'deleted_client' } });
    google.settings.clientError = undefined;
    expect((await refresh(refreshToken)).status).toBe(200);
  });

  it('forgets the oldest of more than a hundred', async () => {
    const { refresh_token: first } = google.grant(alice, [modify]);
    const { refresh_token: second } = google.grant(alice, [modify]);
    for (let count = 3; count <= 101; count += 1) google.grant(alice, [modify]);
    expect((await refresh(first)).status).toBe(400);
    expect((await refresh(second)).status).toBe(200);
    expect(google.grantOf(alice)?.refreshTokens).toBe(100);
  });
});

describe('POST /revoke', () => {
  it.each(['access_token', 'refresh_token'] as const)('ends all that the user granted, by an %s', async (kind) => {
    const [one, another] = [google.grant(alice, [modify]), google.grant(alice, ['openid'])];
    const others = google.grant(bob, [modify]);
    expect((await post('/revoke', { token: one[kind] })).status).toBe(200);
    expect((await refresh(another.refresh_token)).status).toBe(400);
    expect((await gmail('profile', one.access_token)).status).toBe(401);
    expect(google.grantOf(alice)).toBeUndefined();
    expect((await refresh(others.refresh_token)).status).toBe(200);
  });

  it('answers 400 to a token that is worth nothing', async () => {
    expect(await post('/revoke', { token: 'unknown' })).toMatchObject({
      status: 400,
      body: { error: 'invalid_token' },
    });
  });
});

describe('GET /v1/userinfo', () => {
  it('says who it is, by an id that stays', async () => {
    const { access_token: token } = google.grant(alice, ['openid', emailScope]);
    const userinfo = { sub: '100000000000000000001', email: alice, email_verified: true };
    expect((await get('/v1/userinfo', token)).body).toEqual(userinfo);
  });

  it('leaves the address out without the scope for it, and answers 401 without openid', async () => {
    const { access_token: token } = google.grant(alice, ['openid']);
    expect((await get('/v1/userinfo', token)).body).toEqual({ sub: '100000000000000000001' });
    expect((await get('/v1/userinfo', google.grant(alice, [modify]).access_token)).status).toBe(401);
  });
});

describe('the Gmail API', () => {
  it('has a mailbox for each account', async () => {
    const { access_token: token } = google.grant(alice, [modify]);
    const { body } = await gmail('profile', token);
    const historyId = expect.stringMatching(/^\d+$/);
    expect(body).toEqual({ emailAddress: alice, messagesTotal: 3, threadsTotal: 3, historyId });
    const { body: list } = await gmail('messages?maxResults=2', token);
    expect(list).toMatchObject({ messages: [{}, {}], nextPageToken: expect.any(String) });
    expect((await gmail(`messages/${list.messages?.[0]?.id}?format=metadata`, token)).status).toBe(200);
  });

  it('tells in its history what came, changed and went since an id, and nothing when nothing did', async () => {
    const { access_token: token } = google.grant(bob, [modify]);
    const { historyId: start } = (await gmail('profile', token)).body;
    expect((await gmail(`history?startHistoryId=${start}`, token)).body).toEqual({ historyId: start });

    const id = await google.deliver(bob, { subject: 'Hello' });
    await google.changeLabels(bob, id, { remove: ['UNREAD'] });
    await google.deleteMessage(bob, id);
    const { body } = await gmail(`history?startHistoryId=${start}`, token);
    expect(body.history).toMatchObject([
      { messagesAdded: [{ message: { id } }] },
      { labelsRemoved: [{ message: { id }, labelIds: ['UNREAD'] }] },
      { messagesDeleted: [{ message: { id } }] },
    ]);
    const ids = body.history?.map(({ id: each }) => Number(each)) ?? [];
    expect(ids).toEqual(ids.toSorted((a, b) => a - b));
    expect(new Set(ids).size).toBe(3);
    expect(body.historyId).toBe(String(ids[2]));
    expect((await gmail('profile', token)).body.historyId).toBe(body.historyId);
  });

  it('knows a message that came in a burst, in the order of coming', async () => {
    const { access_token: token } = google.grant(bob, [modify]);
    for (let count = 0; count < 20; count += 1) {
      const { historyId: start } = (await gmail('profile', token)).body;
      const id = await google.deliver(bob);
      const { body } = await gmail(`history?startHistoryId=${start}`, token);
      expect(body.history).toMatchObject([{ messagesAdded: [{ message: { id } }] }]);
    }
  });

  it('answers 404 to an id whose history is forgotten, also where nothing has happened since', async () => {
    const { access_token: token } = google.grant(alice, [modify]);
    const { historyId: start } = (await gmail('profile', token)).body;
    await google.forgetHistory(alice);
    const answer = await gmail(`history?startHistoryId=${start}`, token);
    expect(answer).toMatchObject({ status: 404, body: { error: { code: 404, status: 'NOT_FOUND' } } });
    const { historyId: baseline } = (await gmail('profile', token)).body;
    expect((await gmail(`history?startHistoryId=${baseline}`, token)).status).toBe(200);
  });

  it('answers 401 to a token that is expired or unknown', async () => {
    const { access_token: token } = google.grant(alice, [modify]);
    offsetMs = 3_600_000;
    const unauthenticated = { error: { status: 'UNAUTHENTICATED', errors: [{ reason: 'authError' }] } };
    expect(await gmail('profile', token)).toMatchObject({ status: 401, body: unauthenticated });
    expect((await gmail('profile', 'unknown')).status).toBe(401);
    offsetMs = 0;
    expect((await gmail('profile', token)).status).toBe(200);
    google.expireTokens(alice);
    expect((await gmail('profile', token)).status).toBe(401);
  });

  it('answers 403 insufficientPermissions to a token for something else', async () => {
    const { access_token: token } = google.grant(alice, ['openid', readCalendar]);
    const denied = { error: { status: 'PERMISSION_DENIED', errors: [{ reason: 'insufficientPermissions' }] } };
    expect(await gmail('profile', token)).toMatchObject({ status: 403, body: denied });
  });

  it('deletes for good only with access to all mail', async () => {
    const id = await google.deliver(alice);
    const { access_token: token } = google.grant(alice, [modify]);
    const path = `/gmail/v1/users/me/messages/${id}`;
    expect((await get(path, token, 'DELETE')).status).toBe(403);
    expect((await get(`${path}/trash`, token, 'POST')).status).toBe(200);
  });

  it('gives the mailbox of the token’s account and no other', async () => {
    const { access_token: token } = google.grant(alice, [modify]);
    expect((await get(`/gmail/v1/users/${alice}/profile`, token)).status).toBe(200);
    for (const resource of ['profile', 'messages', 'history?startHistoryId=1']) {
      expect((await get(`/gmail/v1/users/${bob}/${resource}`, token)).status).toBe(403);
    }
  });

  it.each([
    ['google.gmail=429', 429, { status: 'RESOURCE_EXHAUSTED', errors: [{ reason: 'rateLimitExceeded' }] }],
    ['google.gmail=403', 403, { status: 'PERMISSION_DENIED', errors: [{ reason: 'userRateLimitExceeded' }] }],
    ['google.gmail=throttle', 429, { errors: [{ reason: 'rateLimitExceeded' }] }],
    ['google.gmail=503', 503, { status: 'UNAVAILABLE', errors: [{ reason: 'backendError' }] }],
  ])('refuses as Google does under %s', async (rule, status, error) => {
    const { access_token: token } = google.grant(alice, [modify]);
    faults.set(rule);
    expect(await gmail('profile', token)).toMatchObject({ status, body: { error } });
  });
});

describe('the Calendar API', () => {
  it('lists the calendars of the token’s account', async () => {
    const { access_token: token } = google.grant(alice, [readCalendar]);
    const { status, body } = await get('/calendar/v3/users/me/calendarList', token);
    expect(status).toBe(200);
    expect(body).toMatchObject({ items: [{ id: alice, primary: true }] });
  });
});

describe('the switches', () => {
  it.each([
    ['google.token=503', 503, 'internal_failure'],
    ['google.token=400', 400, 'invalid_grant'],
    ['google.token=401', 401, 'invalid_client'],
  ])('let the token endpoint fail under %s', async (rule, status, error) => {
    const { refresh_token: refreshToken } = google.grant(alice, [modify]);
    faults.set(rule);
    expect(await refresh(refreshToken)).toMatchObject({ status, body: { error } });
  });

  it('count what was asked for', async () => {
    const { access_token: token, refresh_token: refreshToken } = google.grant(alice, [modify]);
    const before = new Map(google.calls);
    await refresh(refreshToken);
    faults.set('google.gmail=503*1');
    await gmail('profile', token);
    await gmail('history?startHistoryId=1', token);
    const asked = ['token', 'token.refresh_token', 'gmail.profile', 'gmail.history'];
    expect(asked.map((name) => (google.calls.get(name) ?? 0) - (before.get(name) ?? 0))).toEqual([1, 1, 1, 1]);
  });

  it('give an account of its own mailbox to whoever is added', async () => {
    google.addAccount('carol@example.com');
    const { access_token: token } = google.grant('carol@example.com', [modify]);
    expect((await gmail('profile', token)).body).toMatchObject({ emailAddress: 'carol@example.com', messagesTotal: 3 });
    expect(await google.messageIds('carol@example.com')).toHaveLength(3);
  });
});
