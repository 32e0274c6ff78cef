/** The rows of native sessions. One session is one family of refresh tokens. */
import type { ClientInfo } from './web-sessions.ts';

export interface NativeSession {
  /** Ours, random: 32 hex digits, as `sid` in its JWTs. */
  readonly sessionId: string;
  readonly userId: string;
  readonly workosUserId: string;
  readonly workosSessionId: string;
  readonly organizationId: string | undefined;
  readonly roles: readonly string[];
  readonly clientId: string;
  /** `jkt` of the key that its tokens are bound to (RFC 9449). */
  readonly dpopThumbprint: string | undefined;
  /** Of the refresh token that is valid now; the one before it was valid until `rotatedAt`. */
  readonly counter: number;
  /** Of the family's 128 random bits. */
  readonly familyHash: string;
  readonly rotatedAt: Date;
  /** When WorkOS last said that user and membership stand; the epoch when it has to be asked anew. */
  readonly askedAt: Date;
  readonly createdAt: Date;
  readonly lastSeenAt: Date;
  readonly client: Partial<ClientInfo>;
  /** Slides with each rotation, and never past `absoluteExpiresAt`. */
  readonly expiresAt: Date;
  /** Whatever it does, it ends here. Its row is kept until then, ended or not: a token of an ended family is recognised. */
  readonly absoluteExpiresAt: Date;
}

/** Why a family ended; said on the bus and in the log. */
export type NativeSessionEnd =
  | 'signed_out'
  | 'ended_by_user'
  | 'refresh_token_reused'
  | 'revoked_at_workos'
  | 'membership_gone'
  | 'user_gone';

export interface Rotation {
  /** As it was read: a row that has moved on since, or is to be asked about anew, refuses the write. */
  readonly from: Pick<NativeSession, 'counter' | 'askedAt'>;
  readonly now: Date;
  readonly expiresAt: Date;
  readonly client: ClientInfo;
  /** What WorkOS said just now; absent where it was not asked. */
  readonly asked?: { readonly roles: readonly string[] };
}

export interface NativeSessionRecords {
  begin(session: NativeSession): Promise<void>;
  /** A session that stands: neither ended nor past its time. Consistent. */
  find(sessionId: string, now: Date): Promise<NativeSession | undefined>;
  /** One whose row is there, ended or past its time though it may be. Consistent. */
  findKept(sessionId: string): Promise<NativeSession | undefined>;
  /** Moves the counter on by one. @returns `false` when the row is not as it was read, or the session does not stand any more. */
  rotate(sessionId: string, rotation: Rotation): Promise<boolean>;
  /** @returns whether it was this call that ended it, so that an end is told once. A session that is not there has ended. */
  end(sessionId: string, reason: NativeSessionEnd, now: Date): Promise<boolean>;
  /** Makes its next refresh ask WorkOS, whenever it last did. */
  askAgain(sessionId: string): Promise<void>;
  /** Those of a user that stand, the latest first. Not consistent. */
  listByUser(userId: string, now: Date): Promise<readonly NativeSession[]>;
  /** Those that a WorkOS session stands behind. Not consistent. */
  listByWorkosSession(workosSessionId: string, now: Date): Promise<readonly NativeSession[]>;
}
