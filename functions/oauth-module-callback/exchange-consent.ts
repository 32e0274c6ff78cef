/** The code of a consent for what was granted: at WorkOS, or at the provider itself. */
import type { ConsentExchange } from '../shared/domain/consent-exchange.ts';
import { directRedirectUri, workosProviders } from '../shared/domain/consent-url.ts';
import type { Log } from '../shared/domain/log.ts';
import type { Module } from '../shared/domain/modules.ts';
import type { ProviderGrant, Providers } from '../shared/domain/provider.ts';
import type { ClientInfo } from '../shared/domain/web-sessions.ts';
import { askProvider } from './ask-provider.ts';

export interface ExchangeParts {
  readonly consents: ConsentExchange;
  readonly providers: Providers;
  readonly settings: { readonly publicUrl: string };
}

export interface CodeOfConsent {
  readonly module: Module;
  readonly code: string;
  readonly codeVerifier: string;
  readonly client: ClientInfo;
  readonly log: Log;
}

export interface ExchangedCode {
  readonly grant: ProviderGrant | undefined;
  /** Whom WorkOS signed in on the way, and where: a session of which nothing is to come. */
  readonly signedIn?: { readonly workosUserId: string; readonly workosSessionId: string };
  /** What WorkOS says it signed them in with, where that is not the module's provider. */
  readonly otherMethod?: string;
}

/** @throws AuthError as `CodeExchange.exchange` and `askProvider()` do. */
export async function exchangeConsent(
  { consents, providers, settings }: ExchangeParts,
  { module, code, codeVerifier, client, log }: CodeOfConsent,
): Promise<ExchangedCode> {
  if (module.connectVia === 'direct') {
    const provider = providers[module.provider];
    const redirectUri = directRedirectUri(settings.publicUrl, module.name);
    return { grant: await askProvider(provider, () => provider.exchange(code, codeVerifier, redirectUri), log) };
  }
  const { grant, authMethod = 'unknown', ...signedIn } = await consents.exchange(code, codeVerifier, client);
  const isExpected = authMethod === workosProviders[module.provider];
  return { grant, signedIn, ...(!isExpected && { otherMethod: authMethod }) };
}
