/** The identity provider's side of a login: a code in, a session out. */
import type { ClientInfo, SealedSession } from './web-sessions.ts';

export interface ExchangedLogin extends SealedSession {
  readonly workosUserId: string;
}

export interface CodeExchange {
  /**
   * Exchanges an authorization code (RFC 6749 §4.1.3) with its verifier (RFC 7636 §4.5) and seals the session.
   * @throws AuthError with WorkOS's code, `auth_failed` or `session_too_large`: the code is spent;
   *   `temporarily_unavailable`: WorkOS did not answer, and whether it is spent is unknown.
   */
  exchange(code: string, codeVerifier: string, client: ClientInfo): Promise<ExchangedLogin>;
}
