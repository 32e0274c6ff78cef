import * as v from 'valibot';
import { connectionEntries, nativeClients, resourceName, sessionEntries } from '../shared/wiring/env.ts';

export const env = v.object({
  ...sessionEntries,
  ...connectionEntries,
  ...nativeClients,
  NATIVE_SESSIONS_TABLE: resourceName,
});
