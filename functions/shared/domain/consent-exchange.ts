/** The identity provider's side of a consent to a module: a code in, and out what the module's provider granted. */
import type { ProviderGrant } from './provider.ts';
import type { ClientInfo } from './web-sessions.ts';

export interface ExchangedConsent {
  /** Who signed in, by the e-mail address of the account at the module's provider. */
  readonly workosUserId: string;
  /** Of the session that WorkOS has made for it: nobody is to use it. */
  readonly workosSessionId: string;
  /** WorkOS's word: `GoogleOAuth`. */
  readonly authMethod: string | undefined;
  /** `undefined` where WorkOS does not hand on what the provider gave it. */
  readonly grant: ProviderGrant | undefined;
}

export interface ConsentExchange {
  /** @throws AuthError as `CodeExchange.exchange` does. */
  exchange(code: string, codeVerifier: string, client: ClientInfo): Promise<ExchangedConsent>;
}
