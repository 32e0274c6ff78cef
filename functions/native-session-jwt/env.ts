import * as v from 'valibot';
import { nativeGrantEntries, resourceName, sessionsTable } from '../shared/wiring/env.ts';

export const env = v.object({
  ...nativeGrantEntries,
  ...sessionsTable,
  DEVICE_TICKETS_TABLE: resourceName,
});
