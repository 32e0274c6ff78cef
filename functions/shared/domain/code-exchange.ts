/** The identity provider's side of a login: a code in, a session out. */
import type { ClientInfo, Session } from './web-sessions.ts';

export interface ExchangedLogin {
  readonly session: Session;
  readonly workosUserId: string;
  /** WorkOS's own (`sid`), of which `session.sessionId` is derived. */
  readonly workosSessionId: string;
  /** When WorkOS last changed its user: see `SignIn`. */
  readonly profileAt: Date;
  /**
   * Seals it for a browser.
   * @throws AuthError `session_too_large`
   */
  seal(): Promise<string>;
}

export interface CodeExchange {
  /**
   * Exchanges an authorization code (RFC 6749 §4.1.3) with its verifier (RFC 7636 §4.5).
   * @throws AuthError with WorkOS's code, or `auth_failed`: the code is spent;
   *   `temporarily_unavailable`: WorkOS did not answer, and whether it is spent is unknown.
   */
  exchange(code: string, codeVerifier: string, client: ClientInfo): Promise<ExchangedLogin>;
}
