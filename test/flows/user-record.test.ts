/** The row in the Users table: found or created by every sign-in, and what an operator can do with it. */
import { beforeEach, describe, expect, it } from 'vitest';
import { startGatehouse } from '../support/gatehouse.ts';
import { operatorOf, type Row } from '../support/operator.ts';
import { UserAgent } from '../support/user-agent.ts';

const gatehouse = await startGatehouse();
const { url, workos } = gatehouse;
const operator = operatorOf(gatehouse);

async function rowOf(email: string): Promise<Row> {
  const [row, ...others] = (await operator.users()).filter((each) => each['email'] === email);
  if (row === undefined || others.length > 0) throw new Error(`${email} has ${others.length + (row ? 1 : 0)} rows`);
  return row;
}

let browser: UserAgent;
beforeEach(() => {
  browser = new UserAgent();
});

describe('the first sign-in', () => {
  it('makes one row, however many browsers do it at the same time', async () => {
    const browsers = Array.from({ length: 4 }, () => new UserAgent());
    const pages = await Promise.all(browsers.map((each) => each.signIn(url)));
    expect(pages.map((page) => page.url)).toStrictEqual(browsers.map(() => `${url}/`));
    expect(await operator.users()).toHaveLength(1);
  });

  it('records who it is, how they signed in, and in which organization', async () => {
    await browser.signIn(url);
    const { uid, organizationId } = JSON.parse((await browser.send(`${url}/session`)).body) as Record<string, string>;
    expect(await rowOf('alice@example.com')).toStrictEqual({
      userId: uid,
      workosUserId: workos.sessions.at(-1)?.userId,
      email: 'alice@example.com',
      name: 'Alice Archer',
      authMethod: 'Password',
      organizationId,
      roles: ['admin'],
      profileAt: expect.stringMatching(/^\d{4}-.*Z$/),
      createdAt: expect.stringMatching(/^\d{4}-.*Z$/),
      lastSignInAt: expect.stringMatching(/^\d{4}-.*Z$/),
      status: 'active',
    });
  });
});

describe('a later sign-in', () => {
  it('keeps since when the user is there, and brings the rest up to date', async () => {
    await browser.signIn(url);
    const before = await rowOf('alice@example.com');
    await workos.changeUser('alice@example.com', {
      last_name: 'Ash',
      profile_picture_url: 'https://images.example/a.png',
    });
    await browser.signIn(url);
    const after = await rowOf('alice@example.com');
    expect(after).toStrictEqual({
      ...before,
      name: 'Alice Ash',
      pictureUrl: 'https://images.example/a.png',
      profileAt: expect.any(String),
      lastSignInAt: expect.any(String),
    });
    expect(String(after['lastSignInAt']) > String(before['lastSignInAt'])).toBe(true);
  });

  it('removes what the user has no more', async () => {
    await workos.changeUser('alice@example.com', { last_name: 'Archer', profile_picture_url: null });
    await browser.signIn(url);
    expect(await rowOf('alice@example.com')).not.toHaveProperty('pictureUrl');
  });

  it('follows a changed e-mail address, since the user is known by WorkOS’s id', async () => {
    await browser.signIn(url, { login_hint: 'bob@example.com' });
    const before = await rowOf('bob@example.com');
    await workos.changeUser('bob@example.com', { email: 'robert@example.com' });
    await browser.signIn(url, { login_hint: 'robert@example.com' });
    expect(await rowOf('robert@example.com')).toMatchObject({
      userId: before['userId'],
      createdAt: before['createdAt'],
    });
    await workos.changeUser('robert@example.com', { email: 'bob@example.com' });
  });
});

describe.each(['disabled', 'deleted'] as const)('a user whose row says %s', (status) => {
  beforeEach(async () => {
    await browser.signIn(url);
    await operator.setUserStatus(String((await rowOf('alice@example.com'))['userId']), status);
    return async () => operator.setUserStatus(String((await rowOf('alice@example.com'))['userId']), 'active');
  });

  it('cannot sign in, and the row stays as it is', async () => {
    const before = await rowOf('alice@example.com');
    const eventsBefore = gatehouse.aws.events.length;
    const another = new UserAgent();
    const page = await another.signIn(url, { return_to: '/dashboard' });
    expect(page.url).toBe(`${url}/login?error=user_disabled&return_to=%2Fdashboard`);
    expect(page.body).toContain('<h1>This account is switched off</h1>');
    expect(await another.cookies(url)).toStrictEqual({});
    expect(await rowOf('alice@example.com')).toStrictEqual(before);
    expect(gatehouse.aws.events).toHaveLength(eventsBefore);
  });

  it('sees no account page with a session from before', async () => {
    const answer = await browser.send(`${url}/dashboard`);
    expect(answer.status).toBe(403);
    expect(answer.body).toContain('<code>user_disabled</code>');
    expect(answer.body).not.toContain('Details');
  });

  it('can sign out', async () => {
    expect((await browser.visit(`${url}/logout`)).url).toBe(`${url}/`);
  });
});
