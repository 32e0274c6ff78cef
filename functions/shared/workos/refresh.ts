/** Refreshing a session at WorkOS (RFC 6749 §6; its refresh tokens are single-use). */
import type { Log } from '../domain/log.ts';
import type { ClientInfo } from '../domain/web-sessions.ts';
import type { SealedTokens } from './session-seal.ts';
import type { WorkosAccount } from './workos-account.ts';

export interface Refresh {
  readonly tokens: SealedTokens;
  /** The session's own, unless WorkOS says that the user has left it. */
  readonly organizationId: string | undefined;
  readonly client: ClientInfo;
  readonly log: Log;
  /** After WorkOS refused our credentials and the secret held others: that helps once or not at all. */
  readonly hasNewCredentials?: boolean;
}

/**
 * @returns the new tokens, or `undefined` when WorkOS said definitely that this session is over.
 * @throws AuthError `temporarily_unavailable` for everything that says nothing about the session.
 */
export async function refreshTokens(account: WorkosAccount, refresh: Refresh): Promise<SealedTokens | undefined> {
  try {
    return await askWorkos(account, refresh);
  } catch (error) {
    const { classifyAuthenticateFailure, toAuthError } = await import('./authenticate-failure.ts');
    switch (classifyAuthenticateFailure(error)) {
      case 'refused':
        refresh.log.warn('session.ended_by_workos', {}, error);
        return undefined;
      case 'organization':
        // Removed from it since: the session goes on without one, if WorkOS lets it.
        if (refresh.organizationId === undefined) return undefined;
        return refreshTokens(account, { ...refresh, organizationId: undefined });
      case 'credentials':
        if (refresh.hasNewCredentials || !(await account.hasNewCredentials())) throw toAuthError(error);
        return refreshTokens(account, { ...refresh, hasNewCredentials: true });
      case 'unavailable':
        throw toAuthError(error);
    }
  }
}

async function askWorkos(account: WorkosAccount, { tokens, organizationId, client }: Refresh): Promise<SealedTokens> {
  const { userManagement } = await account.sdk();
  const refreshed = await userManagement.authenticateWithRefreshToken({
    refreshToken: tokens.refreshToken,
    ipAddress: client.ipAddress,
    ...(client.userAgent !== undefined && { userAgent: client.userAgent }),
    ...(organizationId !== undefined && { organizationId }),
  });
  return {
    user: { ...refreshed.user },
    accessToken: refreshed.accessToken,
    refreshToken: refreshed.refreshToken,
    organizationId: refreshed.organizationId,
    // A refresh need not repeat how the user signed in, or who impersonates them.
    authenticationMethod: refreshed.authenticationMethod ?? tokens.authenticationMethod,
    impersonator: refreshed.impersonator ?? tokens.impersonator,
  };
}
