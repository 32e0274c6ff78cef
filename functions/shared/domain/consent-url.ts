/** Where a browser is sent for a consent to a module: AuthKit with the module's provider, or the provider itself. */
import type { AuthorizationUrl } from './authorization-request.ts';
import type { LoginProvider } from './login-transaction.ts';
import type { Module, ProviderName } from './modules.ts';
import type { ConsentRequest, Provider } from './provider.ts';

/** `organizationId` is AuthKit's alone. */
export interface ModuleConsent extends Pick<ConsentRequest, 'codeChallenge' | 'loginHint' | 'state'> {
  readonly organizationId: string | undefined;
}

export type ConsentUrl = (module: Module, consent: ModuleConsent) => Promise<string>;

/** What a provider is asked with. */
export type ConsentProvider = Pick<Provider, 'authorizationUrl' | 'consentParameters' | 'identityScopes'>;

export interface ConsentUrlParts {
  readonly authorizationUrl: AuthorizationUrl;
  readonly providers: Readonly<Record<ProviderName, ConsentProvider>>;
  readonly publicUrl: string;
}

/** What AuthKit calls a provider, also in its word for how somebody signed in. */
export const workosProviders = {
  google: 'GoogleOAuth',
  github: 'GitHubOAuth',
} as const satisfies Record<ProviderName, LoginProvider>;

/** One for each module (RFC 9700 §4.4.2.2): an answer cannot be taken for another provider's. */
export function directRedirectUri(publicUrl: string, module: string): string {
  return `${publicUrl}/oauth/${module}/callback`;
}

export function createConsentUrl({ authorizationUrl, providers, publicUrl }: ConsentUrlParts): ConsentUrl {
  return async ({ name, connectVia, provider: providerName, scopes }, { organizationId, ...request }) => {
    const provider = providers[providerName];
    if (connectVia === 'direct')
      return provider.authorizationUrl({ ...request, redirectUri: directRedirectUri(publicUrl, name), scopes });
    return authorizationUrl({
      ...request,
      provider: workosProviders[providerName],
      organizationId,
      providerScopes: [...provider.identityScopes, ...scopes],
      providerParameters: provider.consentParameters,
      connectionId: undefined,
      domainHint: undefined,
      screenHint: undefined,
      invitationToken: undefined,
    });
  };
}
