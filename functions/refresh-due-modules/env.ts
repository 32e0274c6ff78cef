import * as v from 'valibot';
import { connectionEntries, gmailSyncMinutes, resourceName } from '../shared/wiring/env.ts';

export const env = v.object({
  ...connectionEntries,
  ...gmailSyncMinutes,
  JOBS_TABLE: resourceName,
  REFRESH_GMAIL_QUEUE_URL: resourceName,
});
