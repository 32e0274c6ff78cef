import * as v from 'valibot';
import { connectionEntries, resourceName, sessionsTable } from '../shared/wiring/env.ts';

export const env = v.object({
  ...sessionsTable,
  USERS_TABLE: resourceName,
  NATIVE_SESSIONS_TABLE: resourceName,
  ONCE_TABLE: resourceName,
  EVENT_BUS: resourceName,
  ...connectionEntries,
  PROVIDER_ACCOUNTS_TABLE: resourceName,
});
