/** Who and what the local WorkOS knows at start. */
import * as v from 'valibot';
import { startEmulator, type Emulator } from './emulator.ts';

/** What a role allows, as the `permissions` claim shows it. */
export const seededPermissions: Readonly<Record<string, readonly string[]>> = {
  admin: ['members:manage', 'posts:read', 'posts:write'],
  member: ['posts:read'],
};

const exampleOrg = 'Example Org';
const secondOrg = 'Second Org';

/** In this order: the first membership is the one that a sign-in without a choice gets. */
const memberships = [
  { email: 'alice@example.com', organization: exampleOrg, role: 'admin' },
  { email: 'alice@example.com', organization: secondOrg, role: 'member' },
  { email: 'bob@example.com', organization: exampleOrg, role: 'member' },
];

/** An emulator with Alice, Bob, their two organizations and one SSO connection. Memberships need ids, so they come by API. */
export async function startSeededEmulator(): Promise<Emulator> {
  const emulator = await startEmulator({
    users: [
      { email: 'alice@example.com', first_name: 'Alice', last_name: 'Archer', email_verified: true },
      { email: 'bob@example.com', first_name: 'Bob', last_name: 'Baker', email_verified: true },
    ],
    organizations: [{ name: exampleOrg, domains: [{ domain: 'example.com', state: 'verified' }] }, { name: secondOrg }],
    connections: [{ name: 'Example Org SSO', organization: exampleOrg, connection_type: 'GenericOIDC' }],
    permissions: [...new Set(Object.values(seededPermissions).flat())].map((slug) => ({ slug, name: slug })),
    roles: Object.entries(seededPermissions).map(([slug, permissions]) => ({
      slug,
      name: slug,
      permissions: [...permissions],
    })),
  });
  const users = v.parse(userList, await emulator.call('GET', '/user_management/users?limit=100'));
  const organizations = v.parse(organizationList, await emulator.call('GET', '/organizations?limit=100'));
  for (const { email, organization, role } of memberships) {
    await emulator.call('POST', '/user_management/organization_memberships', {
      user_id: users.data.find((user) => user.email === email)?.id,
      organization_id: organizations.data.find(({ name }) => name === organization)?.id,
      role_slug: role,
    });
  }
  return emulator;
}

const userList = v.object({ data: v.array(v.object({ id: v.string(), email: v.string() })) });
const organizationList = v.object({ data: v.array(v.object({ id: v.string(), name: v.string() })) });
