import * as v from 'valibot';
import {
  nativeClients,
  nativeEndEntries,
  nativeGrantEntries,
  resourceName,
  sessionsTable,
} from '../shared/wiring/env.ts';

export const env = v.object({
  ...nativeGrantEntries,
  ...nativeEndEntries,
  ...sessionsTable,
  ...nativeClients,
  DEVICE_TICKETS_TABLE: resourceName,
});
