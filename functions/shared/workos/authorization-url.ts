/**
 * The URL of AuthKit's authorize endpoint. Written here because it needs no call and `/login` is everybody's first, cold
 * request: the SDK would be two thirds of its bundle. authorization-url.test.ts holds it equal to the SDK's.
 */
import type { AuthorizationRequest, AuthorizationUrl } from '../domain/authorization-request.ts';

export interface AuthorizationUrlOptions {
  readonly apiUrl: string;
  readonly clientId: () => Promise<string>;
  /** Registered at WorkOS, exactly so. */
  readonly redirectUri: string;
}

export function createAuthorizationUrl(options: AuthorizationUrlOptions): AuthorizationUrl {
  return async (request) => {
    const url = new URL('/user_management/authorize', options.apiUrl);
    const parameters: Record<string, string | undefined> = {
      client_id: await options.clientId(),
      redirect_uri: options.redirectUri,
      response_type: 'code',
      state: request.state,
      code_challenge: request.codeChallenge,
      code_challenge_method: 'S256',
      provider: providerOf(request),
      connection_id: request.connectionId,
      organization_id: request.organizationId,
      login_hint: request.loginHint,
      domain_hint: request.domainHint,
      screen_hint: request.screenHint,
      invitation_token: request.invitationToken,
    };
    for (const [name, value] of Object.entries(parameters)) {
      if (value !== undefined) url.searchParams.set(name, value);
    }
    // As the SDK has them; WorkOS's specification would separate scopes by commas.
    for (const scope of request.providerScopes ?? []) url.searchParams.append('provider_scopes', scope);
    for (const [name, value] of Object.entries(request.providerParameters ?? {}))
      url.searchParams.set(`provider_query_params[${name}]`, value);
    return url.href;
  };
}

const providerOf = ({ provider, connectionId }: AuthorizationRequest): string | undefined =>
  connectionId === undefined ? provider : undefined;
