/** Sessions at WorkOS, as far as they are ended from here. */
import type { RemoteSessions } from '../../functions/shared/domain/remote-sessions.ts';

export interface MemoryRemoteSessions extends RemoteSessions {
  /** Ids of the sessions that were ended: ours for `revoke()`, WorkOS's for `revokeById()`. */
  readonly revoked: readonly string[];
}

/** @param failure what every call fails with. */
export function createMemoryRemoteSessions(failure?: Error): MemoryRemoteSessions {
  const revoked: string[] = [];
  const end = async (id: string): Promise<void> => {
    if (failure) return Promise.reject(failure);
    revoked.push(id);
    return Promise.resolve();
  };
  return { revoked, revoke: async ({ sessionId }) => end(sessionId), revokeById: end };
}
