/** What the front's endpoints share. */
import type { AccessTokens } from './access-tokens.ts';
import type { OneTimeCodes } from '../front/one-time-codes.ts';
import type { AuthorizationCodes } from './authorization-codes.ts';
import type { Directory } from './directory.ts';
import type { AppAtProvider, PendingConsent, ProviderName } from './provider-consent.ts';
import type { Demand } from './refusals.ts';
import type { Impersonator, Sessions } from './sessions.ts';
import type { Webhooks } from './webhooks.ts';

/** What a WorkOS administrator would set in the dashboard; may be changed while the front runs. */
export interface Settings {
  /** WorkOS: 300 unless changed. Negative: tokens are born expired. */
  accessTokenSeconds: number;
  /** How long an exchanged refresh token still gets the same pair. WorkOS: 30. 0: never. */
  refreshReplaySeconds: number;
  /**
   * AuthKit keeps a session of its own in the browser and skips the sign-in while it lasts. Off by default here, so that
   * a person can change users by signing in again.
   */
  rememberSignIn: boolean;
  /** What every sign-in and refresh is refused with, as when an organization's policy asks for more. */
  demand: Demand | undefined;
}

export interface Context {
  readonly apiKey: string;
  readonly clientId: string;
  readonly redirectUris: readonly string[];
  readonly logoutReturnUris: readonly string[];
  readonly settings: Settings;
  readonly now: () => Date;
  readonly directory: Directory;
  readonly accessTokens: AccessTokens;
  readonly codes: AuthorizationCodes;
  readonly sessions: Sessions<AuthenticateAnswer>;
  /** By user id: who acts as that user in sessions started from now on. */
  readonly impersonators: Map<string, Impersonator>;
  /** AuthKit's own sessions in browsers, by the value of its cookie. */
  readonly browsers: Map<string, KnownBrowser>;
  readonly webhooks: Webhooks;
  /** This front's own address. */
  readonly url: string;
  /** Which provider really asks its users, and who WorkOS is there. */
  readonly providers: Readonly<Partial<Record<ProviderName, AppAtProvider>>>;
  /** Sign-ins that are at a provider, by their state. */
  readonly consents: OneTimeCodes<PendingConsent>;
}

export interface KnownBrowser {
  readonly userId: string;
  readonly authenticatedAt: Date;
}

/** The body of a successful `POST /user_management/authenticate`. */
export interface AuthenticateAnswer {
  readonly user: Readonly<Record<string, unknown>>;
  readonly organization_id?: string;
  readonly access_token: string;
  readonly refresh_token: string;
  readonly authentication_method: string;
  readonly oauth_tokens?: OauthTokens;
  readonly impersonator?: Impersonator;
}

/** The tokens of the provider, as `authenticate` hands them out once: with the code, never with a refresh. */
export interface OauthTokens {
  readonly provider: string;
  readonly access_token: string;
  readonly refresh_token?: string;
  /** Seconds since the epoch. */
  readonly expires_at?: number;
  readonly scopes: readonly string[];
}
