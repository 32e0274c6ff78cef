import * as v from 'valibot';
import { baseEntries, list, resourceName, sessionsTable, workosApiUrl } from '../shared/wiring/env.ts';

export const env = v.object({
  ...baseEntries,
  ...workosApiUrl,
  WEB_ORIGINS: list,
  EVENT_BUS: resourceName,
  ...sessionsTable,
});
