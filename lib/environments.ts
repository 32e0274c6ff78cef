/** What several functions are told and may do, in the groups that functions/shared/wiring/env.ts has. */
import type { DataStack } from './data-stack.ts';
import type { StageSettings } from './stages.ts';

const secondsPerDay = 24 * 60 * 60;

export interface EnvironmentsOptions {
  readonly settings: StageSettings;
  readonly data: DataStack;
  readonly publicUrl: string;
  readonly workosApiUrl: string;
  readonly googleUrl: string;
  readonly githubUrl: string;
}

export type Environments = ReturnType<typeof environmentsOf>;

export function environmentsOf(options: EnvironmentsOptions) {
  const { settings, data, publicUrl, workosApiUrl, googleUrl, githubUrl } = options;
  const base = { STAGE: settings.stage, PUBLIC_URL: publicUrl, COOKIE_SECRET_ID: data.cookieSecret.read() };
  const workosApi = { WORKOS_API_URL: workosApiUrl };
  const workos = { ...workosApi, WORKOS_SECRET_ID: data.workosSecret.read() };
  /** What an endpoint behind `protectedEndpoint()` needs: `sessionEntries` in functions/shared/wiring/env.ts. */
  const sessionMaxAge = { SESSION_MAX_AGE_SECONDS: String(settings.sessionMaxAgeDays * secondsPerDay) };
  const session = {
    ...base,
    ...workos,
    ...sessionMaxAge,
    WORKOS_ISSUER: settings.workosIssuer ?? '',
    SESSIONS_TABLE: data.sessions.allow('GetItem', 'UpdateItem'),
    USERS_TABLE: data.users.allow('GetItem'),
    KEYS_TABLE: data.keys.allow('GetItem'),
    WEB_ORIGINS: settings.webOrigins.join(','),
  };

  const native = settings.native;
  const nativeClients = {
    NATIVE_CLIENTS: JSON.stringify(
      native.clients.map(({ id, name, redirectUris, confirm }) => ({ id, name, redirectUris, confirm })),
    ),
  };
  /** `accessTokenEntries` in functions/shared/wiring/env.ts. */
  const verifiesTokens = { JWT_AUDIENCE: native.audience ?? publicUrl, KEYS_TABLE: data.keys.allow('Query') };
  /** `nativeGrantEntries` and `nativeEndEntries` there. */
  const grantsTokens = {
    ...verifiesTokens,
    ISSUED_TOKENS_TABLE: data.issuedTokens.allow('PutItem'),
    PUBLIC_URL: publicUrl,
    KMS_KEY_ID: data.envelopeKey.unwrap('native-refresh', 'signing'),
    NATIVE_SESSION_IDLE_SECONDS: String(native.sessionIdleDays * secondsPerDay),
    NATIVE_SESSION_MAX_SECONDS: String(native.sessionMaxDays * secondsPerDay),
    USERS_TABLE: data.users.allow('GetItem'),
    ONCE_TABLE: data.once.allow('PutItem'),
  };
  const endsNativeSessions = { ...workos, EVENT_BUS: data.bus.publish() };

  /** What an endpoint takes that a native app's JWT opens, alone or too: `tokenEntries`, `apiEntries` there. */
  const tokens = {
    ...verifiesTokens,
    PUBLIC_URL: publicUrl,
    NATIVE_SESSIONS_TABLE: data.nativeSessions.allow('GetItem'),
    USERS_TABLE: data.users.allow('GetItem'),
    ONCE_TABLE: data.once.allow('PutItem'),
  };
  const api = { ...session, ...tokens, KEYS_TABLE: data.keys.allow('GetItem', 'Query') };
  const ownSessions = { SESSIONS_TABLE: data.sessions.allowQuery('byUser', 'GetItem', 'UpdateItem') };

  const modules = { MODULES: JSON.stringify(settings.modules) };
  const gmailSyncMinutes = { GMAIL_SYNC_MINUTES: String(settings.gmailSyncMinutes) };
  const googleClient = { GOOGLE_SECRET_ID: data.googleSecret.read(), GOOGLE_URL: googleUrl };
  const google = { ...googleClient, GOOGLE_PROJECT: settings.googleProject };
  const github = { GITHUB_SECRET_ID: data.githubSecret.read(), GITHUB_URL: githubUrl };
  /** The data keys of every module that is switched on. */
  const allModulePurposes = Object.keys(settings.modules).map((name) => `module-tokens:${name}` as const);
  /**
   * `keeperEntries`: what sees every module, because its route, its order or its round is about any of them. A function of one
   * module names its own purpose instead.
   */
  const keepsConnections = {
    ...modules,
    ...gmailSyncMinutes,
    STAGE: settings.stage,
    KEYS_TABLE: data.keys.allow('GetItem', 'Query'),
    KMS_KEY_ID: data.envelopeKey.unwrap(...allModulePurposes),
    MODULE_TOKENS_TABLE: data.moduleTokens.allow('DeleteItem', 'GetItem', 'PutItem', 'Query', 'UpdateItem'),
    PROVIDER_ACCOUNTS_TABLE: data.providerAccounts.allow('DeleteItem', 'GetItem', 'UpdateItem'),
    USERS_TABLE: data.users.allow('GetItem'),
    EVENT_BUS: data.bus.publish(),
  };
  const keepsModules = { ...keepsConnections, ...google, ...github };
  /** `githubKeeperEntries`: what knows of GitHub alone. */
  const keepsGithub = { ...keepsConnections, ...github, KMS_KEY_ID: data.envelopeKey.unwrap('module-tokens:github') };

  /** `mailboxEntries`: the offline worker's, who opens Gmail's tokens and no others. */
  const takesMailboxTurns = {
    ...modules,
    ...gmailSyncMinutes,
    STAGE: settings.stage,
    ...googleClient,
    KEYS_TABLE: data.keys.allow('Query'),
    KMS_KEY_ID: data.envelopeKey.unwrap(...allModulePurposes.filter((purpose) => purpose === 'module-tokens:gmail')),
    MODULE_TOKENS_TABLE: data.moduleTokens.allow('GetItem', 'UpdateItem'),
    JOBS_TABLE: data.jobs.allow('GetItem', 'UpdateItem'),
    EVENT_BUS: data.bus.publish(),
  };

  return {
    modules,
    takesMailboxTurns,
    gmailSyncMinutes,
    google,
    googleClient,
    github,
    allModulePurposes,
    keepsModules,
    keepsGithub,
    base,
    workosApi,
    workos,
    sessionMaxAge,
    session,
    tokens,
    api,
    ownSessions,
    nativeClients,
    verifiesTokens,
    grantsTokens,
    endsNativeSessions,
  };
}
