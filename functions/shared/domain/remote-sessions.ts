/** Sessions at the identity provider, ended from here. */
export interface RemoteSessions {
  /**
   * Ends the session that goes by our `sessionId`; one that is gone already is fine.
   * @throws AuthError `temporarily_unavailable` when WorkOS does not answer.
   */
  revoke(session: { readonly workosUserId: string; readonly sessionId: string }): Promise<void>;
  /** The same by WorkOS's own id, where it is known: one call. */
  revokeById(workosSessionId: string): Promise<void>;
}
