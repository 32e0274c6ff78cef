/** What is connected at GitHub, used and taken back: in the browser, for another backend, and at GitHub itself. */
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { consentInBrowser } from '../support/consent-in-browser.ts';
import { startDocumentedBackend } from '../support/documented-backend.ts';
import { startGatehouse } from '../support/gatehouse.ts';
import { UserAgent } from '../support/user-agent.ts';

const cloud = await startGatehouse();
const { url, github } = cloud;
const account = 'bob-baker';

const browser = new UserAgent();
await browser.signIn(url, { login_hint: 'bob@example.com' });
const { uid: userId } = v.parse(v.object({ uid: v.string() }), JSON.parse((await browser.send(`${url}/session`)).body));

const connect = () => consentInBrowser(`${url}/oauth/github/connect`, `${url}/dashboard`, browser);

async function get(path: string) {
  const answer = await browser.send(url + path);
  return { status: answer.status, says: v.parse(v.looseObject({}), JSON.parse(answer.body)) };
}

const disconnect = () => browser.send(`${url}/modules/github`, { method: 'DELETE', headers: { origin: url } });

const askForAccess = async () =>
  v.parse(v.looseObject({}), await cloud.invoke('module-access-token', { userId, module: 'github' }));

describe('GitHub, connected', () => {
  it('lists repositories a hundred at a time, private ones among them', async () => {
    expect(await get('/github/repos')).toMatchObject({ status: 409, says: { error: 'module_not_connected' } });
    expect((await connect()).searchParams.get('connected')).toBe('github');
    const first = await get('/github/repos');
    const second = await get('/github/repos?cursor=2');
    expect(first.says['repositories']).toHaveLength(100);
    expect(first.says['nextCursor']).toBe('2');
    expect(second.says['repositories']).toHaveLength(30);
    expect(second.says['nextCursor']).toBeNull();
    expect(JSON.stringify([first, second])).toContain('"private":true');
  });

  it('serves another backend, as docs/module-access-token.md has it, and no log line tells the token', async () => {
    const backend = await startDocumentedBackend(cloud);
    expect(backend.allowedFunction).toMatch(/:function:gatehouse-local-module-access-token$/);
    const answer = v.parse(v.looseObject({}), await backend.accessTokenFor(userId, 'github'));
    expect(answer).toEqual({
      accessToken: expect.any(String),
      expiresAt: null,
      scopes: expect.arrayContaining(['repo']),
    });
    const token = String(answer['accessToken']);
    const user = await fetch(`${github.url}/user`, { headers: { authorization: `Bearer ${token}` } });
    expect(await user.json()).toMatchObject({ login: account });
    for (const { text } of cloud.logLines) expect(text).not.toContain(token);
  });

  it('ends at GitHub, too, when it is disconnected', async () => {
    expect(github.grantsOf(account)).toHaveLength(1);
    const answer = await disconnect();
    expect([answer.status, answer.headers.get('upstream-revocation')]).toEqual([204, 'done']);
    expect(github.grantsOf(account)).toHaveLength(0);
    expect(await askForAccess()).toMatchObject({ error: 'module_not_connected' });
  });

  it('is ended at GitHub later when it does not answer', async () => {
    await connect();
    cloud.faults.set('github.revoke=503');
    const answer = await disconnect();
    cloud.faults.clear();
    expect([answer.status, answer.headers.get('upstream-revocation')]).toEqual([204, 'pending']);
    expect(github.grantsOf(account)).toHaveLength(1);
    await cloud.invoke('renew-module-tokens', {});
    expect(github.grantsOf(account)).toHaveLength(0);
  });

  it('has its token refreshed once for all who ask at the same time', async () => {
    github.settings.expiringTokens = true;
    github.settings.accessTokenSeconds = 60;
    await connect();
    github.settings.accessTokenSeconds = 28_800;
    const before = github.calls.get('token') ?? 0;
    const answers = await Promise.all(Array.from({ length: 3 }, askForAccess));
    expect(new Set(answers.map(({ accessToken }) => accessToken)).size).toBe(1);
    expect(answers[0]).toMatchObject({ expiresAt: expect.any(String) });
    expect(github.calls.get('token')).toBe(before + 1);
  });

  it('asks to be connected again when its user has ended it at GitHub, and says so once', async () => {
    github.revokeGrant(account);
    expect(await get('/github/repos')).toMatchObject({ status: 409, says: { error: 'reauthorization_required' } });
    expect(await get('/github/repos')).toMatchObject({ status: 409, says: { error: 'reauthorization_required' } });
    const { says } = await get('/modules');
    expect(JSON.stringify(says)).toContain('"problem":"grant_revoked"');
    expect(cloud.aws.events.filter(({ detailType }) => detailType === 'module.reauthorization_required')).toHaveLength(
      1,
    );
    expect((await connect()).searchParams.get('connected')).toBe('github');
    expect((await get('/github/repos')).status).toBe(200);
  });
});
