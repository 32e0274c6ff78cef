/** What happens at WorkOS takes effect here: told by webhook, queued, applied. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type AppSession, signInToApp } from '../support/app-sign-in.ts';
import { password } from '../support/cookie-passwords.ts';
import { signInExpired } from '../support/expired-sign-in.ts';
import { startGatehouse } from '../support/gatehouse.ts';
import { operatorOf } from '../support/operator.ts';
import { type Answer, UserAgent } from '../support/user-agent.ts';
import { webhookSecret } from '../support/workos-webhooks.ts';

const gatehouse = await startGatehouse({
  webhooks: true,
  environment: { WORKOS_COOKIE_PASSWORD: password, WORKOS_WEBHOOK_SECRET: webhookSecret },
});
const { url, workos, faults, queues } = gatehouse;
const operator = operatorOf(gatehouse);

/** WorkOS has told everything, and everything has been done. */
async function applied(): Promise<void> {
  await workos.webhooksSettled();
  await queues.settled();
}

beforeEach(applied);
afterEach(() => faults.clear());

const sessionsOf = async (browser: UserAgent) => (await browser.send(`${url}/sessions`)).status;
const logged = (event: string) => gatehouse.logLines.filter(({ record }) => record?.['event'] === event);
const rowOf = async (email: string) => (await operator.users()).find((row) => row['email'] === email);

async function signInAs(email: string, more: Readonly<Record<string, string>> = {}): Promise<UserAgent> {
  const browser = new UserAgent();
  await browser.signIn(url, { login_hint: email, ...more });
  return browser;
}

describe('a session that is revoked at WorkOS', () => {
  it('is refused here at once, and at its next refresh without asking WorkOS', async () => {
    const { browser, remote } = await signInExpired(gatehouse);
    const other = await signInAs('alice@example.com');
    workos.revokeSession(remote().id);
    await applied();
    expect((await browser.send(`${url}/session`)).status).toBe(401);
    expect(remote().refreshCalls).toBe(0);
    expect(await sessionsOf(other)).toBe(200);
  });

  it('by our own sign-out is told too, and changes nothing any more', async () => {
    const browser = await signInAs('bob@example.com');
    await browser.visit(`${url}/logout`);
    await applied();
    expect(workos.deliveries.at(-1)).toMatchObject({ event: 'session.revoked', status: 200 });
    expect(await sessionsOf(browser)).toBe(401);
  });
});

describe('an app', () => {
  const eventsOf = (sessionId: string) =>
    gatehouse.aws.events.filter(({ detail }) => (detail as { sessionId?: string }).sessionId === sessionId);

  async function refresh({ refreshToken }: AppSession): Promise<Answer> {
    return new UserAgent().send(`${url}/native/session/refresh`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ refreshToken }),
    });
  }

  it('whose session is revoked at WorkOS gets no further token, and the bus is told why', async () => {
    const app = await signInToApp(url);
    workos.revokeSession(workos.sessions.at(-1)?.id ?? '');
    await applied();
    expect(await refresh(app)).toMatchObject({ status: 401, body: expect.stringContaining('invalid_grant') });
    const detail = {
      sessionId: app.sessionId,
      userId: app.uid,
      clientId: 'gatehouse-native',
      reason: 'revoked_at_workos',
    };
    expect(eventsOf(app.sessionId)).toContainEqual(
      expect.objectContaining({ detailType: 'native.session.revoked', detail }),
    );
  });

  it('whose user has another role has it at its next refresh, also within the hour in which WorkOS is not asked', async () => {
    const app = await signInToApp(url, { email: 'bob@example.com' });
    await workos.changeMembership('bob@example.com', 'Example Org', { role: 'admin' });
    await applied();
    const { token } = JSON.parse((await refresh(app)).body) as { token: string };
    const claims: unknown = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
    expect(claims).toMatchObject({ sub: app.uid, roles: ['admin'] });
  });
});

describe('a user who is changed at WorkOS', () => {
  it('has the new name and address here without signing in again', async () => {
    await signInAs('bob@example.com');
    await workos.changeUser('bob@example.com', { last_name: 'Birch' });
    await applied();
    expect(await rowOf('bob@example.com')).toMatchObject({ name: 'Bob Birch' });
  });

  it('has the latest, though an older delivery comes again', async () => {
    const older = workos.deliveries.find(({ event }) => event === 'user.updated');
    await workos.changeUser('bob@example.com', { last_name: 'Beech' });
    await applied();
    expect(await workos.redeliver(older?.id ?? '')).toBe(200);
    await applied();
    expect(logged('webhook.repeated')).not.toStrictEqual([]);
    expect(await rowOf('bob@example.com')).toMatchObject({ name: 'Bob Beech' });
  });
});

describe('when a part fails', () => {
  it('of ours, WorkOS tells it again', async () => {
    const browser = await signInAs('bob@example.com');
    faults.set('sqs.SendMessage=503*3');
    workos.revokeSession(workos.sessions.at(-1)?.id ?? '');
    await applied();
    expect(await sessionsOf(browser)).toBe(401);
  });

  it('of the worker’s, the message comes again, and nothing is given up', async () => {
    const browser = await signInAs('bob@example.com');
    faults.set('dynamodb.UpdateItem=503*3');
    workos.revokeSession(workos.sessions.at(-1)?.id ?? '');
    await applied();
    expect(logged('message.failed')).not.toStrictEqual([]);
    expect(await sessionsOf(browser)).toBe(401);
    expect(await queues.messages('workos-events-given-up')).toStrictEqual([]);
  });

  it('or the secret is not set, the log says what to do, and WorkOS may tell it again later', async () => {
    const { apiKey, clientId } = workos;
    const fields = { WORKOS_API_KEY: apiKey, WORKOS_CLIENT_ID: clientId };
    const [event] = workos.deliveries;
    await operator.putSecret('workos', { ...fields, WORKOS_WEBHOOK_SECRET: 'not-set' });
    gatehouse.killInstances('webhooks-workos');
    expect(await workos.redeliver(event?.id ?? '')).toBe(503);
    expect(logged('request.failed').at(-1)?.text).toContain(
      'WORKOS_WEBHOOK_SECRET missing or malformed; set it with npm run secret',
    );
    await operator.putSecret('workos', { ...fields, WORKOS_WEBHOOK_SECRET: webhookSecret });
    expect(await workos.redeliver(event?.id ?? '')).toBe(200);
  });
});

describe('a membership that ends at WorkOS', () => {
  it('ends the sessions in that organization and leaves the others', async () => {
    const inFirst = await signInAs('alice@example.com');
    const inSecond = await signInAs('alice@example.com', { organization_id: await idOfSecondOrganization() });
    await workos.changeMembership('alice@example.com', 'Example Org', 'delete');
    await applied();
    expect([await sessionsOf(inFirst), await sessionsOf(inSecond)]).toStrictEqual([401, 200]);
  });
});

/** The account chooser names it. */
async function idOfSecondOrganization(): Promise<string> {
  const page = await new UserAgent().visit(`${url}/login`);
  return /value="(org_[^"]+)"[^>]*>in Second Org/.exec(page.body)?.[1] ?? '';
}

describe('a user who is deleted at WorkOS', () => {
  it('is signed out everywhere, and nothing but a tombstone is left of them', async () => {
    const browsers = [await signInAs('alice@example.com'), await signInAs('alice@example.com')];
    const app = await signInToApp(url);
    const { uid } = JSON.parse((await browsers[0]?.send(`${url}/session`))?.body ?? '{}') as { uid?: string };
    await workos.deleteUser('alice@example.com');
    await applied();
    for (const browser of browsers) expect(await sessionsOf(browser)).toBe(401);
    const authorization = `Bearer ${app.token}`;
    expect((await new UserAgent().send(`${url}/sessions`, { headers: { authorization } })).status).toBe(401);
    const row = (await operator.users()).find(({ userId }) => userId === uid);
    expect(row).toStrictEqual({ userId: uid, status: 'deleted', deletedAt: expect.any(String) });
  });
});
