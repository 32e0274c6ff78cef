import { describe, expect, it } from 'vitest';
import { createWorkosAccount, type WorkosCredentials } from '../../../functions/shared/workos/workos-account.ts';
import { createWorkosUserStandings } from '../../../functions/shared/workos/workos-user-standings.ts';
import { holdClock } from '../../support/held-clock.ts';
import { aliceAtWorkos, apiKey, keepCredentials } from '../../support/scripted-workos.ts';
import {
  type ReceivedRequest,
  type Respond,
  type ScriptedAnswer,
  startScriptedServer,
  unusedUrl,
} from '../../support/scripted-server.ts';

const alice = { workosUserId: aliceAtWorkos.id, organizationId: 'org_1' };
const membership = {
  object: 'organization_membership',
  id: 'om_1',
  user_id: alice.workosUserId,
  organization_id: 'org_1',
  organization_name: 'One',
  status: 'active',
  role: { slug: 'admin' },
  created_at: '2026-01-01T00:00:00.000Z',
  updated_at: '2026-01-01T00:00:00.000Z',
};
const listOf = (...data: readonly unknown[]): ScriptedAnswer => ({
  body: { object: 'list', data, list_metadata: { before: null, after: null } },
});
const notFound: ScriptedAnswer = { status: 404, body: { code: 'entity_not_found', message: 'not found' } };

const callsIn = (requests: readonly ReceivedRequest[]) =>
  requests.filter(({ target }) => !target.startsWith('/sso/jwks'));

interface Directory {
  readonly user?: ScriptedAnswer | 'drop';
  readonly memberships?: ScriptedAnswer | 'drop';
}

async function askAbout(
  user: typeof alice | { workosUserId: string; organizationId: undefined },
  directory: Directory,
) {
  const { user: found = { body: aliceAtWorkos }, memberships = listOf(membership) } = directory;
  const respond: Respond = ({ target }) => (target.startsWith('/user_management/users/') ? found : memberships);
  const server = await startScriptedServer(respond);
  const asking = standingsAt(server.url).ask(user);
  /** Beside WorkOS's keys, which every account may read. */
  const requests = () => callsIn(server.requests);
  return { requests, asking };
}

function standingsAt(apiUrl: string, ...replacements: readonly WorkosCredentials[]) {
  const credentials = keepCredentials(...replacements);
  return createWorkosUserStandings(createWorkosAccount({ apiUrl, credentials, clock: holdClock() }));
}

describe('ask()', () => {
  it('says of a user with an active membership that they stand, with the roles of now', async () => {
    const { requests, asking } = await askAbout(alice, {});
    expect(await asking).toStrictEqual({ stands: true, roles: ['admin'] });
    const targets = requests()
      .map(({ target }) => target.replaceAll('%5B%5D', '[]'))
      .toSorted();
    expect(targets[0]).toContain('/user_management/organization_memberships?');
    expect(targets[0]).toMatch(/user_id=user_\w+/);
    expect(targets[0]).toContain('organization_id=org_1');
    expect(targets[0]).toMatch(/statuses\S*=active/);
    expect(targets[1]).toBe(`/user_management/users/${alice.workosUserId}`);
    expect(targets).toHaveLength(2);
  });

  it('has all roles of a membership with several', async () => {
    const memberships = listOf({ ...membership, roles: [{ slug: 'admin' }, { slug: 'billing' }] });
    const { asking } = await askAbout(alice, { memberships });
    expect(await asking).toStrictEqual({ stands: true, roles: ['admin', 'billing'] });
  });

  it('asks about no membership without an organization', async () => {
    const { requests, asking } = await askAbout({ ...alice, organizationId: undefined }, {});
    expect(await asking).toStrictEqual({ stands: true, roles: [] });
    expect(requests()).toHaveLength(1);
  });

  it.each<[string, Directory]>([
    ['there is none', { memberships: listOf() }],
    ['it is inactive', { memberships: listOf({ ...membership, status: 'inactive' }) }],
    ['it is pending', { memberships: listOf({ ...membership, status: 'pending' }) }],
    ['the organization is gone', { memberships: notFound }],
  ])('says that the membership is gone when %s', async (_, directory) => {
    const { asking } = await askAbout(alice, directory);
    expect(await asking).toStrictEqual({ stands: false, reason: 'membership_gone' });
  });

  it('says that the user is gone when WorkOS does not know them', async () => {
    const { asking } = await askAbout(alice, { user: notFound, memberships: listOf() });
    expect(await asking).toStrictEqual({ stands: false, reason: 'user_gone' });
  });

  const troubles: [string, ScriptedAnswer | 'drop'][] = [
    ['closes the connection', 'drop'],
    ['answers 500', { status: 500, body: { message: 'no' } }],
    ['answers 429', { status: 429, body: { message: 'slower' } }],
    ['answers 403', { status: 403, body: { message: 'no' } }],
    ['answers a page', { status: 200, body: '<html>' }],
    ['refuses the key', { status: 401, body: { message: 'Unauthorized' } }],
  ];
  it.each(troubles)('knows nothing when WorkOS %s', async (_, answer) => {
    for (const directory of [{ user: answer }, { memberships: answer }]) {
      const { asking } = await askAbout(alice, directory);
      await expect(asking).rejects.toMatchObject({ code: 'temporarily_unavailable', cause: expect.any(Error) });
    }
  });

  it('knows nothing when nobody listens', async () => {
    const asking = standingsAt(await unusedUrl()).ask(alice);
    await expect(asking).rejects.toMatchObject({ code: 'temporarily_unavailable' });
  });

  it('asks again with the key that the secret holds by now', async () => {
    const server = await startScriptedServer(({ target, headers }) => {
      if (headers.authorization !== 'Bearer sk_test_2') return { status: 401, body: { message: 'Unauthorized' } };
      return target.startsWith('/user_management/users/') ? { body: aliceAtWorkos } : listOf(membership);
    });
    const standings = standingsAt(server.url, { apiKey: 'sk_test_2', clientId: 'client_1' });
    expect(await standings.ask(alice)).toStrictEqual({ stands: true, roles: ['admin'] });
    expect(callsIn(server.requests)[0]?.headers.authorization).toBe(`Bearer ${apiKey}`);
  });
});
