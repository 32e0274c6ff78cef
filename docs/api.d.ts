/** Types of Gatehouse's API. Written by `npm run openapi` from the schemas that parse and make what they describe. */

/** Every failure that is told in JSON. */
export interface ErrorAnswer {
  readonly error: ErrorCode;
  /** For a developer; never to be parsed. */
  readonly error_description: string;
  /** The one that the log has, and the header `apigw-requestid`. */
  readonly request_id: string;
}

/** What went wrong, for programs. Codes may be added. */
export type ErrorCode = 'access_denied' | 'ambiguous_connection_selector' | 'application_consent_required' | 'authentication_method_not_allowed' | 'connection_invalid' | 'connection_strategy_invalid' | 'connection_unlinked' | 'email_verification_required' | 'invalid_connection_selector' | 'mfa_challenge' | 'mfa_enrollment' | 'oauth_failed' | 'organization_authentication_methods_required' | 'organization_invalid' | 'organization_membership_not_found' | 'organization_selection_required' | 'radar_challenge' | 'sign_up_not_allowed' | 'sso_required' | 'auth_failed' | 'impersonated' | 'login_expired' | 'session_too_large' | 'state_mismatch' | 'temporarily_unavailable' | 'user_disabled' | 'account_mismatch' | 'account_taken' | 'consent_refused' | 'no_refresh_token' | 'scope_missing' | 'session_changed' | 'cross_site' | 'invalid_client' | 'invalid_device_proof' | 'invalid_dpop_proof' | 'invalid_grant' | 'invalid_redirect_uri' | 'invalid_request' | 'invalid_signature' | 'invalid_ticket' | 'method_not_allowed' | 'missing_uid' | 'module_not_connected' | 'no_code' | 'no_jwt' | 'not_found' | 'payload_too_large' | 'rate_limited' | 'reauthorization_required' | 'unauthenticated' | 'unsupported_grant_type' | 'unsupported_media_type';

/** The tokens of a native session, as OAuth tells them. */
export interface TokenAnswer {
  /** A JWT (RFC 9068). */
  readonly access_token: string;
  /** `DPoP`: both tokens are bound to the proof’s key. */
  readonly token_type: 'Bearer' | 'DPoP';
  /** Of `access_token`, in seconds. */
  readonly expires_in: number;
  /** Takes the place of the one before it. */
  readonly refresh_token: string;
  /** What was granted, whatever was asked for. */
  readonly scope: 'offline_access';
}

/** Who is signed in. */
export interface SessionAnswer {
  readonly authenticated: true;
  /** The user, the same in every session and for good. */
  readonly uid: string;
  /** As WorkOS has it. It may change, and so is no key to store things under. */
  readonly email: string;
  /** First and last name; the e-mail address where WorkOS knows none. */
  readonly name: string;
  /** From the identity provider, unchecked. */
  readonly pictureUrl: string | null;
  /** The WorkOS organization that this session is in. */
  readonly organizationId: string | null;
  /** In that organization. */
  readonly roles: ReadonlyArray<string>;
  /** How WorkOS says the user signed in: `Password`, `GoogleOAuth`, `SSO` … */
  readonly authMethod: string | null;
  readonly impersonator?: Impersonator;
  /** As in `GET /sessions`. */
  readonly sessionId: string;
  /** When the access token ends. A later request refreshes a cookie’s by itself; an app refreshes its JWT. */
  readonly expiresAt: string;
}

/** The WorkOS administrator who acts as the user. */
export interface Impersonator {
  readonly email: string;
  /** As they gave it. */
  readonly reason: string | null;
}

/** Where this user is signed in. */
export interface SessionsAnswer {
  /** The latest first. */
  readonly sessions: ReadonlyArray<ListedSession>;
}

/** One session of this user. */
export interface ListedSession {
  readonly id: string;
  readonly kind: 'web' | 'native';
  /** Whether it is the one that asks. */
  readonly current: boolean;
  /** When the user signed in. */
  readonly createdAt: string;
  /** At its sign-in or last refresh: every five minutes in a browser that is in use, every hour in an app. */
  readonly lastSeenAt: string;
  /** What the browser or the app said it is. */
  readonly userAgent: string | null;
  /** The address it was last seen at. */
  readonly ip: string | null;
}

/** What this user has connected. */
export interface ModulesAnswer {
  /** Every module of this stage, connected or not. */
  readonly modules: ReadonlyArray<ModuleAnswer>;
}

/** One module of this user. */
export interface ModuleAnswer {
  /** Its name, as in the stage’s settings. */
  readonly module: string;
  /** `reauthorization_required`: it works again after another consent (`GET /oauth/{module}/connect`). */
  readonly status: 'connected' | 'not_connected' | 'reauthorization_required';
  /** The account at the provider: its e-mail address or login. */
  readonly account: string | null;
  /** What the provider granted. */
  readonly scopes: ReadonlyArray<string>;
  /** When the user last consented. */
  readonly connectedAt: string | null;
  /** When the provider last gave us a token. */
  readonly lastRefreshedAt: string | null;
  /** What is wrong where `status` is `reauthorization_required`. Names may be added. */
  readonly problem: 'grant_revoked' | 'refresh_interrupted' | 'scope_missing' | null;
}

/** How far the worker has come with a mailbox; nulls before its first turn. */
export interface MailboxAnswer {
  /** Of the mailbox that is connected. */
  readonly emailAddress: string;
  /** In the mailbox at the last turn. */
  readonly messagesTotal: number | null;
  /** Gmail’s, up to which changes are on the bus. */
  readonly historyId: string | null;
  /** When the worker’s last turn ended. */
  readonly lastSyncedAt: string | null;
  /** When its next turn is due. */
  readonly nextSyncAt: string | null;
}

/** Repositories of the connected GitHub account. */
export interface GithubReposAnswer {
  /** A hundred at most, by name. */
  readonly repositories: ReadonlyArray<GithubRepository>;
  /** For the next ones; null when there are no more. */
  readonly nextCursor: string | null;
}

/** A repository that the connected account may see. */
export interface GithubRepository {
  /** GitHub’s own. */
  readonly id: number;
  /** `owner/name` */
  readonly fullName: string;
  readonly private: boolean;
  /** Of its page. */
  readonly url: string;
  readonly defaultBranch: string;
}

/** What only the app that started the login has both of. */
export interface DeviceProof {
  /** From the redirect. One attempt spends it, whatever comes of that. */
  readonly ticket: string;
  /** `code_verifier` (RFC 7636 §4.1) of the `code_challenge` at `/login`. */
  readonly verifier: string;
}

/** A ticket and its proof. */
export interface Redemption {
  /** From the redirect. */
  readonly uid: string;
  readonly deviceProof: DeviceProof;
}

/** The tokens of a native session. */
export interface GrantedTokens {
  /** A JWT access token (RFC 9068). */
  readonly token: string;
  /** `DPoP`: both tokens are bound to the key that `dpop_jkt` named (RFC 9449). */
  readonly tokenType: 'Bearer' | 'DPoP';
  /** Of `token`, in seconds. */
  readonly expiresIn: number;
  /** Takes the place of the one before it. */
  readonly refreshToken: string;
  /** Of `refreshToken`, in seconds, if it is not used before; each refresh starts this anew, up to a limit. */
  readonly refreshExpiresIn: number;
  /** As in `GET /sessions`, and as `sid` in the JWT. */
  readonly sessionId: string;
}

/** A session’s refresh token. */
export interface RefreshRequest {
  /** The latest one of the session. */
  readonly refreshToken: string;
}

/** The session that is to end, by a refresh token of it. */
export interface LogoutRequest {
  /** Any of the session, spent ones too. */
  readonly refreshToken: string;
}

/** Where a consent leads back to. */
export interface ConnectRequest {
  /** Registered for the client of the JWT, and compared exactly. */
  readonly redirect_uri: string;
  /** The app’s own, at most 128 bytes; it comes back with the redirect. */
  readonly state: string;
}

/** A consent that can be given. */
export interface ConnectAnswer {
  /** For the system browser, which opens it once. */
  readonly url: string;
  /** Of `url`, in seconds. */
  readonly expiresIn: number;
}

/** What the browser brought back to the app. */
export interface FinishRequest {
  /** From the redirect. One attempt spends it, whatever comes of that. */
  readonly ticket: string;
}

/** RFC 8414. */
export interface AuthorizationServerMetadata {
  readonly issuer: string;
  readonly authorization_endpoint: string;
  readonly token_endpoint: string;
  readonly revocation_endpoint: string;
  readonly jwks_uri: string;
  readonly scopes_supported: ReadonlyArray<string>;
  readonly response_types_supported: ReadonlyArray<string>;
  readonly response_modes_supported: ReadonlyArray<string>;
  readonly grant_types_supported: ReadonlyArray<string>;
  readonly token_endpoint_auth_methods_supported: ReadonlyArray<string>;
  readonly revocation_endpoint_auth_methods_supported: ReadonlyArray<string>;
  readonly code_challenge_methods_supported: ReadonlyArray<string>;
  readonly dpop_signing_alg_values_supported: ReadonlyArray<string>;
  readonly authorization_response_iss_parameter_supported: true;
  readonly subject_types_supported: ReadonlyArray<string>;
  readonly id_token_signing_alg_values_supported: ReadonlyArray<string>;
}

/** What `/login` takes. */
export interface LoginQuery {
  /** Where the login ends: a path of this origin, or a URL of an origin that the stage’s `webOrigins` list, at most 256 bytes. Anything else is ignored, as are `/login`, `/logout` and `/callback`. */
  readonly return_to?: string;
  /** Why the last login failed. With it the answer is a page; an unknown code is shown as `auth_failed`. */
  readonly error?: string;
  /** What the login is for. */
  readonly origin?: 'web' | 'native';
  /** `authkit` unless given; another only if the stage’s `providers` list it. */
  readonly provider?: 'authkit' | 'AppleOAuth' | 'BitbucketOAuth' | 'DiscordOAuth' | 'GitHubOAuth' | 'GitLabOAuth' | 'GoogleOAuth' | 'IntuitOAuth' | 'LinkedInOAuth' | 'MicrosoftOAuth' | 'SalesforceOAuth' | 'SlackOAuth' | 'VercelMarketplaceOAuth' | 'VercelOAuth' | 'XeroOAuth';
  /** A WorkOS connection, in place of a provider. */
  readonly connection_id?: string;
  /** A WorkOS organization to sign in to. */
  readonly organization_id?: string;
  /** The user’s e-mail address, to be filled in. */
  readonly login_hint?: string;
  /** The domain of the user’s organization, for providers that ask. */
  readonly domain_hint?: string;
  /** Which screen of AuthKit comes first. */
  readonly screen_hint?: 'sign-in' | 'sign-up';
  /** From an invitation by WorkOS. */
  readonly invitation_token?: string;
  /** With `origin=native`: the app, as the stage’s settings register it. */
  readonly client_id?: string;
  /** With `origin=native`: one of the app’s, exactly as registered; a loopback one on any port. */
  readonly redirect_uri?: string;
  /** With `origin=native`: comes back as it is. 1 to 128 bytes of text. */
  readonly state?: string;
  /** With `origin=native`: SHA-256 of the app’s verifier in base64url (RFC 7636). */
  readonly code_challenge?: string;
  /** With `origin=native`: `S256`. */
  readonly code_challenge_method?: string;
  /** With `origin=native`: thumbprint of the key that the app’s tokens are to be bound to (RFC 9449 §10). */
  readonly dpop_jkt?: string;
}

/** What `/callback` takes. */
export interface CallbackQuery {
  /** WorkOS’s authorization code. */
  readonly code?: string;
  /** Why there is no code. */
  readonly error?: string;
  /** From `/login`, or from `/oauth/{module}/connect`. Without it the code stays unused, and the login starts over. */
  readonly state?: string;
}

/** What `/oauth/authorize` takes. */
export interface OauthAuthorizeQuery {
  /** `code`. */
  readonly response_type: 'code';
  /** The app, as the stage’s settings register it. */
  readonly client_id: string;
  /** One of the app’s, exactly as registered; a loopback one on any port (RFC 8252 §7.3). */
  readonly redirect_uri: string;
  /** SHA-256 of the app’s verifier in base64url (RFC 7636). */
  readonly code_challenge: string;
  /** `S256`. */
  readonly code_challenge_method: 'S256';
  /** Comes back as it is. At most 128 bytes of text. */
  readonly state?: string;
  /** Whatever it says, `offline_access` is granted; `openid` and others are dropped, as the token endpoint’s answer says. */
  readonly scope?: string;
  /** Thumbprint of the key that the tokens are to be bound to (RFC 9449 §10). */
  readonly dpop_jkt?: string;
  /** `query`. */
  readonly response_mode?: 'query';
  /** `authkit` unless given; another only if the stage’s `providers` list it. */
  readonly provider?: 'authkit' | 'AppleOAuth' | 'BitbucketOAuth' | 'DiscordOAuth' | 'GitHubOAuth' | 'GitLabOAuth' | 'GoogleOAuth' | 'IntuitOAuth' | 'LinkedInOAuth' | 'MicrosoftOAuth' | 'SalesforceOAuth' | 'SlackOAuth' | 'VercelMarketplaceOAuth' | 'VercelOAuth' | 'XeroOAuth';
  /** A WorkOS connection, in place of a provider. */
  readonly connection_id?: string;
  /** A WorkOS organization to sign in to. */
  readonly organization_id?: string;
  /** The user’s e-mail address, to be filled in. */
  readonly login_hint?: string;
  /** The domain of the user’s organization, for providers that ask. */
  readonly domain_hint?: string;
  /** Which screen of AuthKit comes first. */
  readonly screen_hint?: 'sign-in' | 'sign-up';
  /** From an invitation by WorkOS. */
  readonly invitation_token?: string;
}

/** What `/dashboard` takes. */
export interface DashboardQuery {
  /** A module: the page says that it is connected, if it is. A consent comes back with it. */
  readonly connected?: string;
  /** Why a consent came to nothing: the page says so. */
  readonly connect_error?: 'account_mismatch' | 'account_taken' | 'auth_failed' | 'consent_refused' | 'no_refresh_token' | 'scope_missing' | 'session_changed';
}

/** What `/github/repos` takes. */
export interface GithubReposQuery {
  /** `nextCursor` of the answer before. */
  readonly cursor?: string;
}

/** What `/oauth/{module}/connect` takes. */
export interface OauthModuleConnectQuery {
  /** Where the consent ends: as for `/login`, and `/dashboard` unless given. Anything that is not allowed is ignored. */
  readonly return_to?: string;
  /** From `POST /oauth/{module}/connect`: the consent is for an app, and this browser’s own session plays no part. */
  readonly request?: string;
}

/** What `/oauth/{module}/callback` takes. */
export interface OauthModuleCallbackQuery {
  /** An authorization code, WorkOS’s or the provider’s. */
  readonly code?: string;
  /** Why there is no code. */
  readonly error?: string;
  /** From `GET /oauth/{module}/connect`. */
  readonly state?: string;
  /** Who answers (RFC 9207), where the provider says so. */
  readonly iss?: string;
}
