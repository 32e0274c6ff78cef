/** Ending a session at WorkOS. The rows of web sessions hold only a hash of its id: it is looked up among the user's sessions there. */
import type { WorkOS } from '@workos-inc/node';
import type { RemoteSessions } from '../domain/remote-sessions.ts';
import { deriveSessionId } from '../domain/user-id.ts';
import { callWorkos } from './call-workos.ts';
import type { WorkosAccount } from './workos-account.ts';

export function createWorkosRemoteSessions(account: WorkosAccount): RemoteSessions {
  return {
    revoke: async ({ workosUserId, sessionId }) =>
      callWorkos(account, async (sdk) => {
        const { isNotFound } = await import('./not-known.ts');
        try {
          const sessions = await sdk.userManagement.listSessions(workosUserId);
          const session = (await sessions.autoPagination()).find(({ id }) => deriveSessionId(id) === sessionId);
          if (session) await revokeOne(sdk, session.id);
        } catch (error) {
          // A user who is deleted there has no session left to end.
          if (!isNotFound(error)) throw error;
        }
      }),
    revokeById: async (workosSessionId) => callWorkos(account, async (sdk) => revokeOne(sdk, workosSessionId)),
  };
}

async function revokeOne({ userManagement }: WorkOS, sessionId: string): Promise<void> {
  const { isBadRequest, isNotFound } = await import('./not-known.ts');
  try {
    await userManagement.revokeSession({ sessionId });
  } catch (error) {
    // The id is WorkOS's own: one that it does not know, or no longer, is a session that is over.
    if (!isBadRequest(error) && !isNotFound(error)) throw error;
  }
}
