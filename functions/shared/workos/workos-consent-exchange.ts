/** Exchange of a consent's code at WorkOS, which hands on what Google or GitHub gave it. No seal is made of the session. */
import type { ConsentExchange } from '../domain/consent-exchange.ts';
import type { ProviderGrant } from '../domain/provider.ts';
import { exchangeCode } from './exchange-code.ts';
import type { WorkosAccount } from './workos-account.ts';

export function createWorkosConsentExchange(account: WorkosAccount): ConsentExchange {
  // As for a login's callback: Lambda's init phase has more CPU than its first request.
  account.sdk().catch(() => undefined);
  return {
    async exchange(code, codeVerifier, client) {
      const { tokens, claims } = await exchangeCode(account, code, codeVerifier, client);
      return {
        workosUserId: tokens.user.id,
        workosSessionId: claims.sid,
        authMethod: tokens.authenticationMethod,
        grant: tokens.oauthTokens && toGrant(tokens.oauthTokens),
      };
    },
  };
}

/** As WorkOS answers, where its SDK promises more: what does not expire, or has no scopes, comes without. */
type OauthTokens = Readonly<
  { accessToken: string } & Partial<{ refreshToken: string | null; expiresAt: number | null; scopes: string[] | null }>
>;

function toGrant({ accessToken, refreshToken, expiresAt, scopes }: OauthTokens): ProviderGrant {
  return {
    tokens: {
      accessToken,
      ...(refreshToken && { refreshToken }),
      // Seconds, unlike the times around it.
      ...(expiresAt && { accessTokenExpiresAt: new Date(expiresAt * 1000) }),
    },
    // RFC 6749 §5.1 lets who granted all leave them out. WorkOS would be passing on a silence: nothing is granted by that.
    scopes: scopes ?? [],
  };
}
