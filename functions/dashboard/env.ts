import * as v from 'valibot';
import { nativeClients, resourceName, sessionEntries } from '../shared/wiring/env.ts';

export const env = v.object({ ...sessionEntries, ...nativeClients, NATIVE_SESSIONS_TABLE: resourceName });
