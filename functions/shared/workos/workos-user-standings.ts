/** WorkOS's word on a user and their membership, asked by its API. */
import type { WorkOS } from '@workos-inc/node';
import type { UserStanding, UserStandings } from '../domain/user-standing.ts';
import { callWorkos } from './call-workos.ts';
import type { WorkosAccount } from './workos-account.ts';

export function createWorkosUserStandings(account: WorkosAccount): UserStandings {
  return {
    ask: async ({ workosUserId, organizationId }) =>
      callWorkos(account, async (sdk): Promise<UserStanding> => {
        const [user, roles] = await Promise.all([
          unlessNotFound(sdk.userManagement.getUser(workosUserId)),
          organizationId === undefined ? [] : unlessNotFound(findRoles(sdk, workosUserId, organizationId)),
        ]);
        if (!user) return { stands: false, reason: 'user_gone' };
        return roles ? { stands: true, roles } : { stands: false, reason: 'membership_gone' };
      }),
  };
}

/** @returns `undefined` without an active membership. */
async function findRoles(
  { userManagement }: WorkOS,
  userId: string,
  organizationId: string,
): Promise<readonly string[] | undefined> {
  const statuses: ['active'] = ['active'];
  // A user has one membership of an organization.
  const { data } = await userManagement.listOrganizationMemberships({ userId, organizationId, statuses });
  const membership = data.find(({ status }) => status === 'active');
  return membership && (membership.roles ?? [membership.role]).map(({ slug }) => slug);
}

async function unlessNotFound<Answer>(call: Promise<Answer>): Promise<Answer | undefined> {
  try {
    return await call;
  } catch (error) {
    const { isNotFound } = await import('./not-known.ts');
    if (isNotFound(error)) return undefined;
    throw error;
  }
}
