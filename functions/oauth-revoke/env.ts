import * as v from 'valibot';
import { accessTokenEntries, nativeClients, nativeEndEntries, publicUrl, resourceName } from '../shared/wiring/env.ts';

export const env = v.object({
  ...publicUrl,
  ...accessTokenEntries,
  ...nativeEndEntries,
  ...nativeClients,
  NATIVE_SESSIONS_TABLE: resourceName,
  KMS_KEY_ID: resourceName,
});
