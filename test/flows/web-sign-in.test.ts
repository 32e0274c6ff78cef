/** A browser's whole way: in, looking around, out. */
import { describe, expect, it } from 'vitest';
import { startGatehouse } from '../support/gatehouse.ts';
import { UserAgent } from '../support/user-agent.ts';

const gatehouse = await startGatehouse();
const { url } = gatehouse;

describe('signing in on the web', () => {
  it('leads through AuthKit back to the public page, which knows the user by name', async () => {
    const page = await new UserAgent().signIn(url);
    expect(page.url).toBe(`${url}/`);
    expect(page.body).toContain('Signed in as <bdi>Alice Archer</bdi>');
  });

  it('ends at return_to', async () => {
    const page = await new UserAgent().signIn(url, { return_to: '/dashboard?from=test' });
    expect(page.url).toBe(`${url}/dashboard?from=test`);
    expect(page.body).toContain('alice@example.com');
  });

  it('tells scripts who is signed in', async () => {
    const browser = new UserAgent();
    await browser.signIn(url);
    const answer = await browser.send(`${url}/session`);
    expect(answer.status).toBe(200);
    expect(JSON.parse(answer.body)).toStrictEqual({
      authenticated: true,
      uid: expect.stringMatching(/^usr_[0-9a-f]{32}$/),
      email: 'alice@example.com',
      name: 'Alice Archer',
      pictureUrl: null,
      organizationId: expect.stringMatching(/^org_/),
      roles: ['admin'],
      authMethod: 'Password',
      sessionId: expect.stringMatching(/^[0-9a-f]{32}$/),
      expiresAt: expect.stringMatching(/^\d{4}-.*Z$/),
    });
  });

  it('hands WorkOS the address and the browser of the user', async () => {
    await new UserAgent({ 'user-agent': 'Mozilla/5.0 (of Alice)' }).signIn(url);
    const session = gatehouse.workos.sessions.at(-1);
    expect(session?.userAgent).toBe('Mozilla/5.0 (of Alice)');
    expect(['127.0.0.1', '::1']).toContain(session?.ipAddress);
  });
});

describe('signing out', () => {
  it('ends the session here and at WorkOS, and comes back to the public page', async () => {
    const browser = new UserAgent();
    await browser.signIn(url);
    const page = await browser.visit(`${url}/logout`);
    expect(page.url).toBe(`${url}/`);
    expect(page.body).toContain('href="/login"');
    expect(gatehouse.workos.sessions.at(-1)?.endedAt).toBeInstanceOf(Date);
    expect((await browser.send(`${url}/session`)).status).toBe(401);
  });
});
