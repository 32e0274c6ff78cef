/** A session: what the rest of the house knows of it, and how a browser's is opened. */

export interface Impersonator {
  readonly email: string;
  readonly reason: string | null;
}

/** The user as pages greet them. */
export interface Profile {
  readonly email: string;
  readonly name: string;
  readonly pictureUrl: string | undefined;
  /** The WorkOS administrator who uses this session in the user's place. */
  readonly impersonator: Impersonator | undefined;
}

/** Who is asking, as the identity provider vouched for. Organization and roles are this session's own. */
export interface Session extends Profile {
  /** A browser's, by its cookie, or a native app's, by a JWT. */
  readonly kind: 'web' | 'native';
  /** The app that a native session belongs to. */
  readonly clientId?: string;
  readonly userId: string;
  readonly workosUserId: string;
  /** Ours: derived for the web, where WorkOS's own stays inside the seal, and random for an app. */
  readonly sessionId: string;
  readonly organizationId: string | undefined;
  readonly roles: readonly string[];
  readonly authMethod: string | undefined;
  /** When the access token ends. The session goes on: a web one is refreshed by the request that comes after. */
  readonly expiresAt: Date;
}

/** A session with the seal that its cookie holds. */
export interface SealedSession {
  readonly session: Session;
  readonly seal: string;
}

/** What came of opening a cookie's seal. */
export type OpenedSession =
  | { readonly outcome: 'active'; readonly session: Session }
  /** Refreshed on the way: the answer has to carry the new seal. */
  | ({ readonly outcome: 'refreshed' } & SealedSession)
  /** No seal of ours, or one whose session is over: the cookie can go. */
  | { readonly outcome: 'ended' }
  /** Not to be opened by this instance, or not for this deployment as it is configured: no session, and the cookie stays. */
  | { readonly outcome: 'rejected' };

export interface ClientInfo {
  readonly ipAddress: string;
  readonly userAgent: string | undefined;
}

export interface WebSessions {
  /**
   * Verifies a seal, and refreshes its tokens when the access token has expired.
   * @throws AuthError `temporarily_unavailable` when it cannot be told now; the cookie is to be kept.
   */
  open(seal: string, client: ClientInfo, options: { readonly mayRefresh: boolean }): Promise<OpenedSession>;
}
