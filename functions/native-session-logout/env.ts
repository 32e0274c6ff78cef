import * as v from 'valibot';
import { nativeEndEntries, resourceName } from '../shared/wiring/env.ts';

export const env = v.object({
  ...nativeEndEntries,
  NATIVE_SESSIONS_TABLE: resourceName,
  KEYS_TABLE: resourceName,
  KMS_KEY_ID: resourceName,
});
