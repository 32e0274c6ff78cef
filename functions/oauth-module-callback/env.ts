import * as v from 'valibot';
import { keeperEntries, nativeClients, resourceName, sessionEntries } from '../shared/wiring/env.ts';

export const env = v.object({
  ...sessionEntries,
  ...keeperEntries,
  ...nativeClients,
  DEVICE_TICKETS_TABLE: resourceName,
  NATIVE_SESSIONS_TABLE: resourceName,
  ONCE_TABLE: resourceName,
});
