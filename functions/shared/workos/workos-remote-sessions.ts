/** Ending a session at WorkOS. Our rows hold only a hash of its id, so it is looked up among the user's sessions there. */
import type { RemoteSessions } from '../domain/remote-sessions.ts';
import { deriveSessionId } from '../domain/user-id.ts';
import type { WorkosAccount } from './workos-account.ts';

interface RemoteSession {
  readonly workosUserId: string;
  readonly sessionId: string;
}

export function createWorkosRemoteSessions(account: WorkosAccount): RemoteSessions {
  return {
    async revoke(session) {
      const { classifyAuthenticateFailure, toAuthError } = await import('./authenticate-failure.ts');
      try {
        return await revokeAtWorkos(account, session);
      } catch (error) {
        // A key that was replaced while this instance lived.
        if (classifyAuthenticateFailure(error) !== 'credentials' || !(await account.hasNewCredentials()))
          throw toAuthError(error);
      }
      try {
        await revokeAtWorkos(account, session);
      } catch (error) {
        throw toAuthError(error);
      }
    },
  };
}

async function revokeAtWorkos(account: WorkosAccount, { workosUserId, sessionId }: RemoteSession): Promise<void> {
  const { userManagement } = await account.sdk();
  const { NotFoundException } = await import('@workos-inc/node');
  try {
    const sessions = await userManagement.listSessions(workosUserId);
    const session = (await sessions.autoPagination()).find(({ id }) => deriveSessionId(id) === sessionId);
    if (session) await userManagement.revokeSession({ sessionId: session.id });
  } catch (error) {
    // A user who is deleted there has no session left to end.
    if (!(error instanceof NotFoundException)) throw error;
  }
}
