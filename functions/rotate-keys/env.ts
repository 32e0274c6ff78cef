import * as v from 'valibot';
import { modulesEntry, resourceName, seconds, workosEntries } from '../shared/wiring/env.ts';

export const env = v.object({
  ...workosEntries,
  ...modulesEntry,
  KEYS_TABLE: resourceName,
  KMS_KEY_ID: resourceName,
  SIGNING_ALGORITHM: v.picklist(['RS256', 'ES256']),
  SIGNING_KEY_DAYS: v.pipe(v.string(), v.regex(/^\d+$/), v.transform(Number)),
  /** How long a refresh token may lie unused: the keys that authenticate it are kept as long. */
  NATIVE_SESSION_IDLE_SECONDS: seconds,
});
