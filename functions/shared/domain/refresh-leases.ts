/** The lease under which one request at a time refreshes a session, and the successor it leaves. Kept on the session's row. */
import type { ClientInfo } from './web-sessions.ts';

export interface RefreshRequest {
  readonly sessionId: string;
  readonly userId: string;
  /** Of the refresh token; the token itself stays with its bearer. */
  readonly tokenHash: string;
  readonly client: ClientInfo;
}

export interface Lease {
  /** Random: whoever takes over later has another one. */
  readonly leaseId: string;
  readonly until: Date;
}

/** What a request with a certain refresh token finds when it wants to refresh. */
export type RefreshState =
  /** Nobody was at it: the lease is ours. */
  | { readonly outcome: 'taken' }
  /** Somebody is, or died of it: free again after its time, unless it is given back before. */
  | { readonly outcome: 'held'; readonly until: Date }
  /** Somebody is, with another token of this session: nothing to wait for, and WorkOS judges which of the two is good. */
  | { readonly outcome: 'held-for-another-token' }
  /** Somebody has: this is what they left for whoever carries exactly this token. */
  | { readonly outcome: 'succeeded'; readonly successor: string }
  /** Somebody has, and WorkOS refused exactly this token. */
  | { readonly outcome: 'refused' }
  /** Signed out or revoked. */
  | { readonly outcome: 'ended' };

export interface Successor {
  readonly successor: string;
  /** Nobody is given it after that. */
  readonly until: Date;
}

export interface RefreshLeases {
  /**
   * One conditional write, which may be repeated with the same lease. A row that is not there yet comes into being: another
   * AuthKit SDK may have begun the session.
   */
  take(request: RefreshRequest, lease: Lease, now: Date): Promise<RefreshState>;
  /** Whether `take` would find `held`, by a read. */
  isHeld(request: RefreshRequest, now: Date): Promise<boolean>;
  /**
   * Leaves the successor and gives the lease back, if it is still ours; if another took over, theirs is as good.
   * @returns `false` when the session was ended meanwhile.
   */
  leave(request: RefreshRequest, lease: Lease, successor: Successor): Promise<boolean>;
  /** Gives the lease back, if it is still ours, and says until then to who carries the same token that WorkOS refused it. */
  refuse(request: RefreshRequest, lease: Lease, until: Date): Promise<void>;
  /** Gives the lease back with nothing done, if it is still ours. */
  release(request: RefreshRequest, lease: Lease): Promise<void>;
}
