/** Variables that several functions share, as entries for their `env.ts`. */
import * as v from 'valibot';

const text = v.pipe(v.string(), v.nonEmpty());

/** An origin; lib/stages.ts has held it to that at synth. */
const origin = v.pipe(v.string(), v.url());

/** Comma-separated; empty for none. */
export const list = v.pipe(
  v.string(),
  v.transform((value) => value.split(',').filter(Boolean)),
);

const seconds = v.pipe(v.string(), v.regex(/^\d+$/), v.transform(Number));

export const resourceName = text;

export const baseEntries = { STAGE: text, PUBLIC_URL: origin, COOKIE_SECRET_ID: text } as const;

export const workosApiUrl = { WORKOS_API_URL: origin } as const;

export const workosEntries = { ...workosApiUrl, WORKOS_SECRET_ID: text } as const;

export const sessionsTable = { SESSIONS_TABLE: text, SESSION_MAX_AGE_SECONDS: seconds } as const;

/** What opening a web session takes: spread into the `env.ts` of an endpoint behind `protectedEndpoint()`. */
export const sessionEntries = {
  ...baseEntries,
  ...workosEntries,
  /** Empty: the issuers that WorkOS documents. */
  WORKOS_ISSUER: v.string(),
  ...sessionsTable,
  USERS_TABLE: text,
  WEB_ORIGINS: list,
} as const;

const sessionSchema = v.object(sessionEntries);
export type SessionEnv = v.InferOutput<typeof sessionSchema>;
