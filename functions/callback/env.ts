import * as v from 'valibot';
import { modulesEntry, nativeClients, resourceName, sessionEntries } from '../shared/wiring/env.ts';

export const env = v.object({
  ...sessionEntries,
  ...nativeClients,
  ...modulesEntry,
  AFTER_LOGIN: v.string(),
  DEVICE_TICKETS_TABLE: resourceName,
  EVENT_BUS: resourceName,
});
