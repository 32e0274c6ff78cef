/** What several functions are told and may do, in the groups that functions/shared/wiring/env.ts has. */
import type { DataStack } from './data-stack.ts';
import type { StageSettings } from './stages.ts';

const secondsPerDay = 24 * 60 * 60;

export interface EnvironmentsOptions {
  readonly settings: StageSettings;
  readonly data: DataStack;
  readonly publicUrl: string;
  readonly workosApiUrl: string;
}

export function environmentsOf({ settings, data, publicUrl, workosApiUrl }: EnvironmentsOptions) {
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

  /** What an endpoint takes that a native app's JWT opens too: `apiEntries` in functions/shared/wiring/env.ts. */
  const api = {
    ...session,
    ...verifiesTokens,
    KEYS_TABLE: data.keys.allow('GetItem', 'Query'),
    NATIVE_SESSIONS_TABLE: data.nativeSessions.allow('GetItem'),
    ONCE_TABLE: data.once.allow('PutItem'),
  };
  const ownSessions = { SESSIONS_TABLE: data.sessions.allowQuery('byUser', 'GetItem', 'UpdateItem') };

  return {
    base,
    workosApi,
    workos,
    sessionMaxAge,
    session,
    api,
    ownSessions,
    nativeClients,
    verifiesTokens,
    grantsTokens,
    endsNativeSessions,
  };
}
