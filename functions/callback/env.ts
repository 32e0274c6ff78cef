import * as v from 'valibot';
import { nativeClients, resourceName, sessionEntries } from '../shared/wiring/env.ts';

export const env = v.object({
  ...sessionEntries,
  ...nativeClients,
  AFTER_LOGIN: v.string(),
  DEVICE_TICKETS_TABLE: resourceName,
  EVENT_BUS: resourceName,
});
