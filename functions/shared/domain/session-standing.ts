/** Whether a session still stands, by its own row and its user's: for what must not wait until an access token expires. */
import type { SessionRecords } from './session-records.ts';
import type { Users } from './users.ts';
import type { Session } from './web-sessions.ts';

export type IsStanding = (session: Session) => Promise<boolean>;

export function createIsStanding(records: SessionRecords, users: Users): IsStanding {
  return async ({ kind, sessionId, userId }) => {
    // Its rows are read whenever it is opened.
    if (kind === 'native') return true;
    const [isEnded, isBarred] = await Promise.all([records.isEnded(sessionId), users.isBarred(userId)]);
    return !isEnded && !isBarred;
  };
}
