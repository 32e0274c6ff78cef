/** Code exchange at WorkOS, by its SDK. */
import type { CookiePasswords } from '../crypto/cookie-passwords.ts';
import type { CodeExchange } from '../domain/code-exchange.ts';
import { exchangeCode } from './exchange-code.ts';
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
      const { tokens, claims } = await exchangeCode(account, code, codeVerifier, client);
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
