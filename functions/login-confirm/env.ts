import * as v from 'valibot';
import { baseEntries, resourceName, workosEntries } from '../shared/wiring/env.ts';

export const env = v.object({
  ...baseEntries,
  ...workosEntries,
  DEVICE_TICKETS_TABLE: resourceName,
  EVENT_BUS: resourceName,
});
