import * as v from 'valibot';
import { resourceName, sessionEntries } from '../shared/wiring/env.ts';

export const env = v.object({ ...sessionEntries, NATIVE_SESSIONS_TABLE: resourceName, EVENT_BUS: resourceName });
