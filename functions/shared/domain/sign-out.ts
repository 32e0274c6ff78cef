/** Ending a browser's session: whose it is can be told without asking whether it still stands. */
import type { Profile } from './web-sessions.ts';

export interface EndingSession {
  readonly userId: string;
  readonly sessionId: string;
  readonly profile: Profile;
  /** Ends the session at WorkOS, and leads back. */
  readonly signOutUrl: string;
}

export interface SignOut {
  /** @returns `undefined` for what is no seal of ours; an expired access token is fine. */
  identify(seal: string): Promise<EndingSession | undefined>;
}
