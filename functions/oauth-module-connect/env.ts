import * as v from 'valibot';
import {
  githubEntries,
  googleClientEntries,
  modulesEntry,
  nativeClients,
  resourceName,
  sessionEntries,
} from '../shared/wiring/env.ts';

export const env = v.object({
  ...sessionEntries,
  ...nativeClients,
  ...modulesEntry,
  ...googleClientEntries,
  ...githubEntries,
  NATIVE_SESSIONS_TABLE: resourceName,
  ONCE_TABLE: resourceName,
});
