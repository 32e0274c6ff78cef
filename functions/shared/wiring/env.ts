/** Variables that several functions share, as entries for their `env.ts`. */
import * as v from 'valibot';
import { moduleSettings } from '../domain/modules.ts';
import { nativeClient } from '../domain/native-clients.ts';

const text = v.pipe(v.string(), v.nonEmpty());

/** An origin; lib/stages.ts has held it to that at synth. */
const origin = v.pipe(v.string(), v.url());

/** Comma-separated; empty for none. */
export const list = v.pipe(
  v.string(),
  v.transform((value) => value.split(',').filter(Boolean)),
);

export const seconds = v.pipe(v.string(), v.regex(/^\d+$/), v.transform(Number));

export const resourceName = text;

export const publicUrl = { PUBLIC_URL: origin } as const;

export const baseEntries = { STAGE: text, PUBLIC_URL: origin, COOKIE_SECRET_ID: text } as const;

export const workosApiUrl = { WORKOS_API_URL: origin } as const;

export const workosEntries = { ...workosApiUrl, WORKOS_SECRET_ID: text } as const;

export const sessionsTable = { SESSIONS_TABLE: text, SESSION_MAX_AGE_SECONDS: seconds } as const;

/** JSON of the stage's native clients, as lib/stages.ts has checked them. */
export const nativeClients = {
  NATIVE_CLIENTS: v.pipe(v.string(), v.parseJson(), v.array(nativeClient)),
} as const;

/** What starting a login takes. `PROVIDERS`: what `provider` may name beside `authkit`. */
export const flowEntries = { ...baseEntries, ...workosEntries, ...nativeClients, PROVIDERS: list } as const;

const flowSchema = v.object(flowEntries);
export type FlowEnv = v.InferOutput<typeof flowSchema>;

/** JSON of the modules that the stage switches on, as lib/stages.ts has checked them. */
export const modulesEntry = { MODULES: v.pipe(v.string(), v.parseJson(), moduleSettings) } as const;

/** Minutes between two turns of a mailbox. */
export const gmailSyncMinutes = { GMAIL_SYNC_MINUTES: seconds } as const;

/** What reading and writing connections takes, tokens apart. */
export const connectionEntries = { ...modulesEntry, MODULE_TOKENS_TABLE: text } as const;

/** What opening and sealing provider tokens takes: KMS gives a function the data keys of its own modules only. */
export const vaultEntries = { ...connectionEntries, STAGE: text, KEYS_TABLE: text, KMS_KEY_ID: text } as const;

/** Empty: the provider's own hosts. */
const providerUrl = v.union([v.literal(''), origin]);
/** Who we are at Google. */
export const googleClientEntries = { GOOGLE_SECRET_ID: text, GOOGLE_URL: providerUrl } as const;
export const googleEntries = { ...googleClientEntries, GOOGLE_PROJECT: v.picklist(['own', 'shared']) } as const;
export const githubEntries = { GITHUB_SECRET_ID: text, GITHUB_URL: providerUrl } as const;

/** What keeping, using and ending connections takes, their providers apart. */
const keepsConnections = {
  ...vaultEntries,
  PROVIDER_ACCOUNTS_TABLE: text,
  USERS_TABLE: text,
  EVENT_BUS: text,
  ...gmailSyncMinutes,
} as const;

/** Of every module: see `wireModules()`. */
export const keeperEntries = { ...keepsConnections, ...googleEntries, ...githubEntries } as const;

/** Of GitHub alone. */
export const githubKeeperEntries = { ...keepsConnections, ...githubEntries } as const;

/** What a mailbox's turn takes: of all providers Google alone, and of all modules this one. */
export const mailboxEntries = {
  ...vaultEntries,
  GOOGLE_SECRET_ID: text,
  GOOGLE_URL: providerUrl,
  JOBS_TABLE: text,
  EVENT_BUS: text,
  ...gmailSyncMinutes,
} as const;

/** Verifying our own JWTs: the Keys table holds public keys in clear. Their issuer is `PUBLIC_URL`. */
export const accessTokenEntries = { JWT_AUDIENCE: text, KEYS_TABLE: text } as const;

export const nativeSessionsTable = {
  NATIVE_SESSIONS_TABLE: text,
  NATIVE_SESSION_IDLE_SECONDS: seconds,
  NATIVE_SESSION_MAX_SECONDS: seconds,
} as const;

/** What a grant of tokens to a native app takes: keys, the session's row, and who the user is. */
export const nativeGrantEntries = {
  PUBLIC_URL: origin,
  ...accessTokenEntries,
  KMS_KEY_ID: text,
  ISSUED_TOKENS_TABLE: text,
  ...nativeSessionsTable,
  USERS_TABLE: text,
  ONCE_TABLE: text,
} as const;

/** What ending a native session takes beside its row: WorkOS, and the bus. */
export const nativeEndEntries = { ...workosEntries, EVENT_BUS: text } as const;

/** What opening a web session takes: spread into the `env.ts` of an endpoint behind `protectedEndpoint()`. */
export const sessionEntries = {
  ...baseEntries,
  ...workosEntries,
  /** Empty: the issuers that WorkOS documents. */
  WORKOS_ISSUER: v.string(),
  ...sessionsTable,
  USERS_TABLE: text,
  /** For our copy of WorkOS's public keys. */
  KEYS_TABLE: text,
  WEB_ORIGINS: list,
} as const;

const sessionSchema = v.object(sessionEntries);
export type SessionEnv = v.InferOutput<typeof sessionSchema>;

/** What telling who asks takes where a native app's JWT alone will do: `auth: 'jwt'`. */
export const tokenEntries = {
  PUBLIC_URL: origin,
  ...accessTokenEntries,
  NATIVE_SESSIONS_TABLE: text,
  USERS_TABLE: text,
  ONCE_TABLE: text,
} as const;

const tokenSchema = v.object(tokenEntries);
export type TokenEnv = v.InferOutput<typeof tokenSchema>;

/** And where a session's cookie does, too: `auth: 'either'`. */
export const apiEntries = { ...sessionEntries, ...tokenEntries } as const;

const apiSchema = v.object(apiEntries);
export type ApiEnv = v.InferOutput<typeof apiSchema>;
