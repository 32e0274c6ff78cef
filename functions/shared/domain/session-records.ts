/** The rows of web sessions: since when, from where, and whether somebody ended them. */
import type { ClientInfo } from './web-sessions.ts';

export interface SessionRecord {
  readonly sessionId: string;
  readonly userId: string;
  /** The one that its sign-in chose. */
  readonly organizationId: string | undefined;
  readonly createdAt: Date;
  readonly lastSeenAt: Date;
  readonly client: Partial<ClientInfo>;
}

export interface SessionIdentity {
  readonly sessionId: string;
  readonly userId: string;
}

export interface SessionRecords {
  /** At sign-in. */
  begin(
    session: SessionIdentity & { readonly organizationId: string | undefined },
    client: ClientInfo,
    now: Date,
  ): Promise<void>;
  /** Marks it ended, also one whose row is not there yet; a refresh under way then leaves nothing. */
  end(session: SessionIdentity, now: Date): Promise<void>;
  /** Whose row it is; `undefined` without a row. */
  ownerOf(sessionId: string): Promise<string | undefined>;
  /** Whether it was ended here; a row that is not there was not. */
  isEnded(sessionId: string): Promise<boolean>;
  /** The user's sessions that nobody ended, the latest first. */
  list(userId: string, now: Date): Promise<readonly SessionRecord[]>;
}
