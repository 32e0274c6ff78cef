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
export type ErrorCode = 'access_denied' | 'ambiguous_connection_selector' | 'application_consent_required' | 'authentication_method_not_allowed' | 'connection_invalid' | 'connection_strategy_invalid' | 'connection_unlinked' | 'email_verification_required' | 'invalid_connection_selector' | 'mfa_challenge' | 'mfa_enrollment' | 'oauth_failed' | 'organization_authentication_methods_required' | 'organization_invalid' | 'organization_membership_not_found' | 'organization_selection_required' | 'radar_challenge' | 'sign_up_not_allowed' | 'sso_required' | 'auth_failed' | 'login_expired' | 'session_too_large' | 'state_mismatch' | 'temporarily_unavailable' | 'user_disabled' | 'cross_site' | 'invalid_request' | 'method_not_allowed' | 'no_code' | 'not_found' | 'payload_too_large' | 'rate_limited' | 'unauthenticated' | 'unsupported_media_type';

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
  /** When the access token behind the session ends. A later request refreshes it by itself. */
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
  /** At its sign-in or last refresh: one every five minutes while it is in use. */
  readonly lastSeenAt: string;
  /** What the browser said it is. */
  readonly userAgent: string | null;
  /** The address it was last seen at. */
  readonly ip: string | null;
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
}

/** What `/callback` takes. */
export interface CallbackQuery {
  /** WorkOS’s authorization code. */
  readonly code?: string;
  /** Why there is no code. */
  readonly error?: string;
  /** From `/login`. Without it the code stays unused, and the login starts over. */
  readonly state?: string;
}
