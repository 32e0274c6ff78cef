/**
 * Threat 14: users who share a container share nothing else (CVE-2026-40155: an in-flight refresh that was kept under the
 * wrong key). One instance in turns, and one process at once.
 */
import { afterAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { SessionParts } from '../../functions/shared/wiring/session-parts.ts';
import { type ExpiredSignIn, signInExpired } from '../support/expired-sign-in.ts';
import { startGatehouse } from '../support/gatehouse.ts';
import { openSeal, sealOf } from '../support/session-seals.ts';
import { UserAgent } from '../support/user-agent.ts';

const people = ['alice@example.com', 'bob@example.com'] as const;
type Person = (typeof people)[number];
const otherThan = (person: Person): Person => (person === people[0] ? people[1] : people[0]);

const coldStarts: string[] = [];
const gatehouse = await startGatehouse({
  onLog: (entry) => {
    if (entry.kind === 'request' && entry.request.run?.start === 'cold') coldStarts.push(entry.request.path);
  },
});
const { url, deployment, aws } = gatehouse;
const routes = ['/', '/session', '/sessions', '/dashboard'] as const;

async function signedIn(person: Person): Promise<UserAgent> {
  const browser = new UserAgent({ 'user-agent': `browser of ${person}` });
  await browser.signIn(url, { login_hint: person });
  return browser;
}

describe('one instance that serves two users in turns', () => {
  it.each(routes)('(%s) shows each only what is theirs', async (route) => {
    const browsers = new Map(
      await Promise.all(people.map(async (person) => [person, await signedIn(person)] as const)),
    );
    // The start of an instance, if need be; after that there is one, and every request is its.
    await browsers.get('alice@example.com')?.send(url + route);
    coldStarts.length = 0;
    for (let turn = 0; turn < 10; turn++) {
      for (const person of people) {
        const answer = await browsers.get(person)?.send(url + route);
        expect(answer?.status).toBe(200);
        expect(answer?.body).toContain(person);
        expect(answer?.body).not.toContain(otherThan(person));
      }
      // And to nobody what somebody was shown a moment ago.
      const { status, body } = await new UserAgent().send(url + route);
      expect(status).toBe({ '/': 200, '/session': 401, '/sessions': 401, '/dashboard': 302 }[route]);
      for (const person of people) expect(body).not.toContain(person);
    }
    expect(coldStarts).toStrictEqual([]);
  });

  it('refreshes each with what is theirs, though every request refreshes', async () => {
    for (let turn = 0; turn < 5; turn++) {
      for (const person of people) {
        const { browser, remote } = await signInExpired(gatehouse, person);
        const answer = await browser.send(`${url}/session`);
        expect(JSON.parse(answer.body)).toMatchObject({ email: person });
        const { user } = await openSeal(await sealOf(browser, url));
        expect(user).toMatchObject({ email: person, id: remote().userId });
      }
    }
  });
});

describe('one process that refreshes two users at once', () => {
  let parts: SessionParts;
  let signIns: readonly (ExpiredSignIn & { readonly person: Person; readonly seal: string })[];
  const client = { ipAddress: '192.0.2.1', userAgent: 'test' };

  beforeEach(async () => {
    parts = await wireHere();
    signIns = [];
    // Three sessions of each, so that those of one user are not mixed up either.
    for (const person of [...people, ...people, ...people]) {
      const signIn = await signInExpired(gatehouse, person);
      signIns = [...signIns, { ...signIn, person, seal: await sealOf(signIn.browser, url) }];
    }
  });
  afterAll(() => {
    vi.unstubAllEnvs();
  });

  /** The parts of every function with sessions, in this process: what a container would share if it took several requests. */
  async function wireHere(): Promise<SessionParts> {
    const table = (name: string): string =>
      deployment.resources.find(({ type, logicalId }) => type === 'AWS::DynamoDB::Table' && logicalId.startsWith(name))
        ?.physicalId ?? '';
    vi.stubEnv('AWS_ENDPOINT_URL', aws.url);
    vi.stubEnv('AWS_REGION', deployment.region);
    vi.stubEnv('AWS_ACCESS_KEY_ID', aws.operator.accessKeyId);
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', aws.operator.secretAccessKey);
    const { wireSessionParts } = await import('../../functions/shared/wiring/session-parts.ts');
    return wireSessionParts({
      PUBLIC_URL: url,
      COOKIE_SECRET_ID: 'gatehouse/local/cookie',
      WORKOS_SECRET_ID: 'gatehouse/local/workos',
      WORKOS_API_URL: gatehouse.workos.url,
      WORKOS_ISSUER: '',
      SESSIONS_TABLE: table('Sessions'),
      SESSION_MAX_AGE_SECONDS: 86_400,
      USERS_TABLE: table('Users'),
      KEYS_TABLE: table('Keys'),
      WEB_ORIGINS: [],
    });
  }

  it('gives each tab the session that it asked for, and makes one call for each', async () => {
    const asked = Array.from({ length: 5 }, () => signIns).flat();
    const opened = await Promise.all(asked.map(({ seal }) => parts.sessions.open(seal, client, { mayRefresh: true })));
    const bySession = new Map<string, string>();
    for (const [index, result] of opened.entries()) {
      const tab = asked[index];
      if (!tab || result.outcome !== 'refreshed') throw new Error(`tab ${index} was ${result.outcome}`);
      const { person, remote } = tab;
      expect(result.session).toMatchObject({ email: person, workosUserId: remote().userId });
      const content = await openSeal(result.seal);
      expect(content.user.email).toBe(person);
      // The same new pair for the tabs of one session, and for no other's.
      const refreshToken = bySession.get(remote().id) ?? content.refreshToken;
      expect(content.refreshToken).toBe(refreshToken);
      bySession.set(remote().id, refreshToken);
    }
    expect(new Set(bySession.values()).size).toBe(signIns.length);
    for (const { remote } of signIns) expect(remote()).toMatchObject({ refreshCalls: 1, exchanges: 1 });
  });

  it('ends the one that was ended, and none beside it', async () => {
    const [ended, ...others] = signIns;
    await new UserAgent().send(
      `${gatehouse.workos.url}/user_management/sessions/logout?session_id=${ended?.remote().id}`,
    );
    const open = ({ seal }: { seal: string }) => parts.sessions.open(seal, client, { mayRefresh: true });
    const [first, ...rest] = await Promise.all(signIns.map(open));
    expect(first).toStrictEqual({ outcome: 'ended' });
    expect(rest.map(({ outcome }) => outcome)).toStrictEqual(others.map(() => 'refreshed'));
  });
});
