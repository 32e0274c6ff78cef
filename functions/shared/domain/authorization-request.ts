/** What `/login`, or a consent to a module, asks of the identity provider, in WorkOS's parameter names. */
import type { LoginProvider } from './login-transaction.ts';

export interface AuthorizationRequest {
  readonly state: string;
  /** S256. */
  readonly codeChallenge: string;
  /** `connection` stands for `connectionId`, which then takes the provider's place. */
  readonly provider: LoginProvider;
  readonly connectionId: string | undefined;
  readonly organizationId: string | undefined;
  readonly loginHint: string | undefined;
  readonly domainHint: string | undefined;
  readonly screenHint: 'sign-in' | 'sign-up' | undefined;
  readonly invitationToken: string | undefined;
  /** What a provider is asked for beside its sign-in: for GoogleOAuth, GitHubOAuth and others like them. */
  readonly providerScopes?: readonly string[];
  /** Handed on to the provider as they are. */
  readonly providerParameters?: Readonly<Record<string, string>>;
}

/** Where to send the browser for it. */
export type AuthorizationUrl = (request: AuthorizationRequest) => Promise<string>;
