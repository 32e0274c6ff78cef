/** Code exchange at WorkOS, by its SDK. */
import type { CookiePasswords } from '../crypto/cookie-passwords.ts';
import { AuthError } from '../domain/auth-error.ts';
import type { CodeExchange } from '../domain/code-exchange.ts';
import { mismatchOf, unverifiedClaims } from './access-token.ts';
import { classifyAuthenticateFailure, toAuthError } from './authenticate-failure.ts';
import { sealTokens } from './session-seal.ts';
import { toSession } from './to-session.ts';
import type { WorkosAccount } from './workos-account.ts';

export interface WorkosCodeExchangeOptions {
  readonly account: WorkosAccount;
  readonly passwords: () => Promise<CookiePasswords>;
}

export function createWorkosCodeExchange({ account, passwords }: WorkosCodeExchangeOptions): CodeExchange {
  // Every callback needs the SDK, and Lambda's init phase has more CPU than its first request.
  account.sdk().catch(() => undefined);
  return {
    async exchange(code, codeVerifier, client) {
      const tokens = await authenticate(account, {
        code,
        codeVerifier,
        ipAddress: client.ipAddress,
        userAgent: client.userAgent,
      });
      // Straight from WorkOS over TLS, so its signature need not be checked (OIDC Core §3.1.3.7), nor its keys be there. Its
      // claims are, so that a wrong issuer or client id in our settings shows here and not as a login that leads nowhere.
      const claims = unverifiedClaims(tokens.accessToken);
      if (claims?.sub !== tokens.user.id) throw new AuthError('auth_failed', 'user and access token differ');
      const mismatch = mismatchOf(claims, { clientId: await account.clientId(), issuers: await account.issuers() });
      if (mismatch) throw new AuthError('auth_failed', `WorkOS's access token does not verify: ${mismatch}`);
      const { user, accessToken, refreshToken, organizationId, authenticationMethod, impersonator } = tokens;
      const sealed = {
        user: { ...user },
        accessToken,
        refreshToken,
        organizationId,
        authenticationMethod,
        impersonator,
      };
      return {
        workosUserId: user.id,
        workosSessionId: claims.sid,
        // Without a time it is taken for older than any news of a change, and nobody is kept out for it.
        profileAt: new Date(Date.parse(user.updatedAt) || 0),
        session: toSession(sealed, claims),
        seal: async () => sealTokens(sealed, await passwords()),
      };
    },
  };
}

interface CodeGrant {
  readonly code: string;
  readonly codeVerifier: string;
  readonly ipAddress: string;
  readonly userAgent: string | undefined;
}

async function authenticate(account: WorkosAccount, { userAgent, ...grant }: CodeGrant) {
  const attempt = async () =>
    (await account.sdk()).userManagement.authenticateWithCode({
      ...grant,
      ...(userAgent !== undefined && { userAgent }),
    });
  try {
    return await attempt();
  } catch (error) {
    // A key that was replaced while this instance lived: WorkOS did not look at the code, so it is still good.
    if (classifyAuthenticateFailure(error) !== 'credentials' || !(await account.hasNewCredentials()))
      throw toAuthError(error);
  }
  try {
    return await attempt();
  } catch (error) {
    throw toAuthError(error);
  }
}
