/** What the local WorkOS tells an application, held against the real SDK; and how often it tries. */
import { WorkOS } from '@workos-inc/node';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type Respond, startScriptedServer } from '../support/scripted-server.ts';
import { signIn, startFixture } from './local-workos-fixture.ts';

const secret = 'whsec_of_the_tests';

/** A local WorkOS with an endpoint that answers as told. */
async function start(respond: Respond = () => ({ status: 200, body: {} })) {
  const endpoint = await startScriptedServer(respond);
  const fixture = await startFixture({ webhook: { url: `${endpoint.url}/webhooks/workos`, secret } });
  onTestFinished(() => fixture.workos.close());

  /** What was told so far, as the SDK reads it: it throws at a signature that is wrong or in seconds. */
  async function told() {
    await fixture.workos.webhooksSettled();
    const { webhooks } = new WorkOS('sk_test');
    const reading = endpoint.requests.map(async ({ body, headers }) =>
      webhooks.constructEvent({ payload: body, sigHeader: String(headers['workos-signature']), secret }),
    );
    return (await Promise.all(reading)).map(({ event, data }) => ({ event, data }));
  }
  return { fixture, endpoint, told };
}

describe('the webhooks of the local WorkOS', () => {
  it('tell of a user who is changed and deleted, by the API or by an administrator', async () => {
    const { fixture, told } = await start();
    const { workos, sdk } = fixture;
    const { user } = await signIn(fixture, 'alice@example.com');
    await sdk.userManagement.updateUser({ userId: user.id, firstName: 'Alix' });
    expect(await told()).toMatchObject([{ event: 'user.updated', data: { id: user.id, firstName: 'Alix' } }]);
    await workos.changeUser('alice@example.com', { last_name: 'Ash' });
    await workos.webhooksSettled();
    await workos.deleteUser('alice@example.com');
    const [first, second, third] = await told();
    expect(second).toMatchObject({ event: 'user.updated', data: { firstName: 'Alix', lastName: 'Ash' } });
    expect(third).toMatchObject({ event: 'user.deleted', data: { id: user.id, email: 'alice@example.com' } });
    for (const each of [first, second]) expect(each).not.toMatchObject({ data: { updatedAt: user.updatedAt } });
  });

  it('tell of a membership whose role changes, that rests, and that ends', async () => {
    const { fixture, told } = await start();
    const { workos } = fixture;
    for (const change of [{ role: 'admin' }, 'deactivate', 'reactivate', 'delete'] as const) {
      await workos.changeMembership('alice@example.com', 'Second Org', change);
      await workos.webhooksSettled();
    }
    expect(await told()).toMatchObject([
      { event: 'organization_membership.updated', data: { role: { slug: 'admin' }, status: 'active' } },
      { event: 'organization_membership.updated', data: { status: 'inactive' } },
      { event: 'organization_membership.updated', data: { status: 'active' } },
      { event: 'organization_membership.deleted' },
    ]);
    await expect(workos.changeMembership('alice@example.com', 'Second Org', 'delete')).rejects.toThrow(
      'alice@example.com is no member of Second Org',
    );
  });

  it('tell once of a session that is signed out, revoked by the API, or by an administrator', async () => {
    const { fixture, told } = await start();
    const { workos, sdk } = fixture;
    const ids: string[] = [];
    for (let count = 0; count < 3; count += 1) {
      await signIn(fixture, 'bob@example.com');
      ids.push(workos.sessions.at(-1)?.id ?? '');
    }
    const [signedOut = '', revoked = '', byAdministrator = ''] = ids;
    for (const _ of ['first', 'again']) {
      await fetch(sdk.userManagement.getLogoutUrl({ sessionId: signedOut }), { redirect: 'manual' });
      await sdk.userManagement.revokeSession({ sessionId: revoked });
      workos.revokeSession(byAdministrator);
    }
    const events = await told();
    expect(events).toHaveLength(3);
    expect(events).toEqual(
      expect.arrayContaining(
        ids.map((id) => ({ event: 'session.revoked', data: expect.objectContaining({ id, status: 'revoked' }) })),
      ),
    );
  });

  it('try once more where the application did not take it, and then give up', async () => {
    const answers = [500, 200, 503, 503];
    const { fixture, endpoint } = await start((_, count) => ({ status: answers[count - 1] ?? 200 }));
    const { workos } = fixture;
    for (const name of ['Ash', 'Birch']) {
      await workos.changeUser('alice@example.com', { last_name: name });
      await workos.webhooksSettled();
    }
    expect(endpoint.requests).toHaveLength(4);
    expect(workos.deliveries.map(({ status }) => status)).toStrictEqual([200, 503]);
    const [first, second] = endpoint.requests;
    expect(second?.body).toBe(first?.body);
  });

  it('can be sent again: the same event, signed anew', async () => {
    const { fixture, endpoint } = await start();
    const { workos, advanceSeconds } = fixture;
    await workos.changeUser('alice@example.com', { last_name: 'Ash' });
    await workos.webhooksSettled();
    advanceSeconds(600);
    expect(await workos.redeliver(workos.deliveries[0]?.id ?? '')).toBe(200);
    const [first, second] = endpoint.requests;
    expect(second?.body).toBe(first?.body);
    expect(second?.headers['workos-signature']).not.toBe(first?.headers['workos-signature']);
    await expect(workos.redeliver('event_unknown')).rejects.toThrow('there was no event event_unknown');
  });

  it('do not hold up its end when nobody answers', async () => {
    const endpoint = await startScriptedServer(() => new Promise(() => undefined));
    const { workos } = await startFixture({ webhook: { url: endpoint.url, secret } });
    await workos.changeUser('alice@example.com', { last_name: 'Ash' });
    await workos.close();
    expect(workos.deliveries).toMatchObject([{ event: 'user.updated', status: undefined }]);
  });

  it('are not sent where no endpoint is registered', async () => {
    const { workos } = await startFixture();
    onTestFinished(() => workos.close());
    await workos.changeUser('alice@example.com', { last_name: 'Ash' });
    expect(workos.deliveries).toStrictEqual([]);
  });
});
