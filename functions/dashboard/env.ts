import * as v from 'valibot';
import { resourceName, sessionEntries } from '../shared/wiring/env.ts';

export const env = v.object({ ...sessionEntries, USERS_TABLE: resourceName });
