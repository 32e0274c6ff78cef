/** Variables that several functions share, as entries for their `env.ts`. */
import * as v from 'valibot';
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

/** What telling who asks takes where a native app's JWT will do too: `auth: 'either'`, or `'jwt'`. */
export const apiEntries = {
  ...sessionEntries,
  ...accessTokenEntries,
  NATIVE_SESSIONS_TABLE: text,
  ONCE_TABLE: text,
} as const;

const apiSchema = v.object(apiEntries);
export type ApiEnv = v.InferOutput<typeof apiSchema>;
