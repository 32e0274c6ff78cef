/** Signing out at WorkOS: a URL for the browser, made from the session id inside our seal. */
import { deriveSessionId, deriveUserId } from '../domain/user-id.ts';
import type { SignOut } from '../domain/sign-out.ts';
import { unverifiedClaims } from './access-token.ts';
import { createUnsealer, type PasswordSource } from './session-seal.ts';
import { toProfile } from './to-session.ts';

export interface WorkosSignOutOptions {
  readonly apiUrl: string;
  readonly passwords: PasswordSource;
  /** Where WorkOS sends the browser afterwards: one of the environment's sign-out redirects. */
  readonly signedOutUrl: string;
}

export function createWorkosSignOut({ apiUrl, passwords, signedOutUrl }: WorkosSignOutOptions): SignOut {
  const unseal = createUnsealer(passwords);
  return {
    async identify(seal) {
      const tokens = await unseal(seal);
      // The SDK's session.getLogoutUrl() throws once the access token has expired; the session id in it is as good as ever.
      const claims = tokens && unverifiedClaims(tokens.accessToken);
      if (!claims) return undefined;
      const url = new URL('/user_management/sessions/logout', apiUrl);
      url.searchParams.set('session_id', claims.sid);
      url.searchParams.set('return_to', signedOutUrl);
      return {
        userId: deriveUserId(claims.sub),
        sessionId: deriveSessionId(claims.sid),
        profile: toProfile(tokens),
        signOutUrl: url.href,
      };
    },
  };
}
