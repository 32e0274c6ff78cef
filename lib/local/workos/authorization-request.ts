/** Reads and checks the query of `GET /user_management/authorize` as WorkOS does. */
import { withParameters } from '../front/http.ts';

export interface AuthorizationRequest {
  readonly redirectUri: string;
  readonly state: string | undefined;
  readonly codeChallenge: string | undefined;
  readonly signInWith:
    /** `authkit`, or the name of an OAuth provider. */
    | { readonly kind: 'provider'; readonly provider: string }
    | { readonly kind: 'connection'; readonly connectionId: string }
    /** Neither: the organization's own SSO connection. */
    | { readonly kind: 'organization' };
  readonly organizationId: string | undefined;
  readonly loginHint: string | undefined;
  readonly prompt: readonly string[];
  readonly maxAgeSeconds: number | undefined;
  readonly screenHint: string | undefined;
  /** What the provider is asked for beyond the sign-in; its tokens are handed out then. */
  readonly providerScopes: readonly string[];
  /** Handed on to the provider as they are. */
  readonly providerParameters: Readonly<Record<string, string>>;
}

export type CheckedRequest =
  | { readonly kind: 'accepted'; readonly request: AuthorizationRequest }
  /** Where to answer is not known for sure: the error stays here, on a page. */
  | { readonly kind: 'page'; readonly message: string }
  | { readonly kind: 'redirect'; readonly location: string };

const providers: ReadonlySet<string> = new Set([
  'authkit',
  'AppleOAuth',
  'BitbucketOAuth',
  'GitHubOAuth',
  'GitLabOAuth',
  'GoogleOAuth',
  'IntuitOAuth',
  'LinkedInOAuth',
  'MicrosoftOAuth',
  'SalesforceOAuth',
  'SlackOAuth',
  'VercelMarketplaceOAuth',
  'VercelOAuth',
  'XeroOAuth',
]);

export function checkAuthorizationRequest(
  query: URLSearchParams,
  registered: { readonly clientId: string; readonly redirectUris: readonly string[] },
): CheckedRequest {
  const value = (name: string): string | undefined => query.get(name) ?? undefined;
  const redirectUri = value('redirect_uri');
  const state = value('state');
  if (value('client_id') !== registered.clientId) {
    return { kind: 'page', message: 'The client_id is not the one of this environment.' };
  }
  if (redirectUri === undefined || !registered.redirectUris.includes(redirectUri)) {
    return { kind: 'page', message: 'This is not a valid redirect URI: it is not registered for this environment.' };
  }
  const refuse = (error: string, description: string): CheckedRequest => ({
    kind: 'redirect',
    location: withError(redirectUri, state, error, description),
  });

  if (value('response_type') !== 'code') return refuse('unsupported_response_type', 'The response_type must be code.');
  const codeChallenge = value('code_challenge');
  if (codeChallenge !== undefined && value('code_challenge_method') !== 'S256') {
    return refuse('invalid_request', 'The code_challenge_method must be S256.');
  }
  if (codeChallenge !== undefined && !/^[A-Za-z0-9_-]{43}$/.test(codeChallenge)) {
    return refuse('invalid_request', 'The code_challenge is not a base64url SHA-256.');
  }
  const maxAge = value('max_age');
  if (maxAge !== undefined && !/^\d{1,9}$/.test(maxAge))
    return refuse('invalid_request', 'The max_age is no number of seconds.');
  const organizationId = value('organization_id');
  const signInWith = readSelector(value('provider'), value('connection_id'), organizationId);
  if (signInWith === undefined) {
    return refuse('invalid_connection_selector', 'A valid provider, connection_id or organization_id is required.');
  }
  return {
    kind: 'accepted',
    request: {
      redirectUri,
      state,
      codeChallenge,
      signInWith,
      organizationId,
      loginHint: value('login_hint'),
      prompt: value('prompt')?.split(' ') ?? [],
      maxAgeSeconds: maxAge === undefined ? undefined : Number(maxAge),
      screenHint: value('screen_hint'),
      providerScopes: readProviderScopes(query),
      providerParameters: readProviderParameters(query),
    },
  };
}

/** The redirect that ends a request without a code; `state` goes back exactly as it came. */
export function withError(redirectUri: string, state: string | undefined, error: string, description: string): string {
  return withParameters(redirectUri, { error, error_description: description, state });
}

function readSelector(
  provider: string | undefined,
  connectionId: string | undefined,
  organizationId: string | undefined,
): AuthorizationRequest['signInWith'] | undefined {
  if (connectionId !== undefined) return { kind: 'connection', connectionId };
  if (provider !== undefined) return providers.has(provider) ? { kind: 'provider', provider } : undefined;
  return organizationId === undefined ? undefined : { kind: 'organization' };
}

/** Repeated, as the SDK sends them, or one list with commas. */
function readProviderScopes(query: URLSearchParams): readonly string[] {
  return query.getAll('provider_scopes').flatMap((value) => value.split(/[, ]+/).filter(Boolean));
}

/** `provider_query_params[access_type]=offline` */
function readProviderParameters(query: URLSearchParams): Readonly<Record<string, string>> {
  const named = [...query].map(([name, value]) => [/^provider_query_params\[(\w+)\]$/.exec(name)?.[1], value] as const);
  return Object.fromEntries(named.flatMap(([name, value]) => (name === undefined ? [] : [[name, value]])));
}
