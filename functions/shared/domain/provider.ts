/** What the providers behind modules do for us. Google and GitHub differ; each is an adapter in `shared/providers/`. */
import type { ProviderName } from './modules.ts';

/** What a provider gives for a consent. Sealed wherever it is kept, and never sent to a client. */
export interface ProviderTokens {
  /** Not kept where a refresh token is good for another one at any time (Google). */
  readonly accessToken?: string;
  readonly accessTokenExpiresAt?: Date;
  readonly refreshToken?: string;
  /** Where the provider said so: GitHub's six months, Google's time-limited access. */
  readonly refreshTokenExpiresAt?: Date;
}

/** Answer to a code exchange or a refresh. */
export interface ProviderGrant {
  readonly tokens: ProviderTokens & { readonly accessToken: string };
  /** What was granted, which may be less than what was asked for; `undefined` where the answer does not say. */
  readonly scopes: readonly string[] | undefined;
}

export interface ProviderAccount {
  /** Google's `sub`, GitHub's numeric `id`: addresses change hands, this does not. */
  readonly id: string;
  /** E-mail address or login, for people to recognise it by. */
  readonly address: string;
}

/** What a direct consent asks for (RFC 6749 §4.1.1, RFC 7636). */
export interface ConsentRequest {
  readonly redirectUri: string;
  readonly state: string;
  readonly codeChallenge: string;
  readonly scopes: readonly string[];
  /** Whose account to propose. */
  readonly loginHint: string | undefined;
}

export interface Provider {
  readonly name: ProviderName;
  /** What it names itself in the redirect of a consent, where it does (`iss`, RFC 9207). */
  readonly issuer?: string;
  /** What to ask for besides a module's scopes, so that `account()` answers. */
  readonly identityScopes: readonly string[];
  /** What AuthKit is to hand on to the provider (`provider_query_params`), so that it gives a refresh token. */
  readonly consentParameters: Readonly<Record<string, string>>;
  /** Whether a consent without a refresh token is of no use (`no_refresh_token`). */
  readonly needsRefreshToken: boolean;
  /** What is to be kept of a grant, sealed. */
  toKeep(grant: ProviderGrant): ProviderTokens;
  authorizationUrl(request: ConsentRequest): Promise<string>;
  /** @throws ProviderFailure */
  exchange(code: string, codeVerifier: string, redirectUri: string): Promise<ProviderGrant>;
  /** Spends the refresh token where it is for single use. @throws ProviderFailure */
  refresh(refreshToken: string): Promise<ProviderGrant>;
  /** Whose consent it was, by the provider's API. @throws ProviderFailure */
  account(accessToken: string): Promise<ProviderAccount>;
  /** Ends exactly what `tokens` give, or at Google all that the user granted to the project. Done before counts as done. @throws ProviderFailure */
  revoke(tokens: ProviderTokens): Promise<void>;
}

export type Providers = Readonly<Record<ProviderName, Provider>>;

/**
 * Why a provider did not do what it was asked:
 * - `refused`: this grant is over, by the user's or the provider's will (`invalid_grant`, `bad_refresh_token`). Nothing helps but a new consent.
 * - `forbidden`: the grant stands and does not allow this (403 `insufficientPermissions`).
 * - `misconfigured`: our client is wrong there (`invalid_client`, `deleted_client`, an API that is not enabled). An operator's business; users are left alone.
 * - `later`: 429, 403 by rate, 5xx, timeout, network.
 * - `not_found`: what was asked for is not there (404), such as a history id that is too old.
 * - `unexpected`: an answer of another shape than documented.
 */
export type ProviderFailureKind = 'forbidden' | 'later' | 'misconfigured' | 'not_found' | 'refused' | 'unexpected';

export class ProviderFailure extends Error {
  override readonly name = 'ProviderFailure';
  readonly kind: ProviderFailureKind;
  /** The provider's own word for it (`invalid_grant`, `rateLimitExceeded`), of `[\w.-]` and at most 64 characters; never its sentence. */
  readonly reason: string | undefined;
  readonly retryAfterSeconds: number | undefined;

  constructor(
    kind: ProviderFailureKind,
    message: string,
    options: { reason?: string | undefined; retryAfterSeconds?: number | undefined; cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.kind = kind;
    this.reason = options.reason;
    this.retryAfterSeconds = options.retryAfterSeconds;
  }
}
