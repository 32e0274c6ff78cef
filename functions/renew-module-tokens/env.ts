import * as v from 'valibot';
import { keeperEntries, resourceName } from '../shared/wiring/env.ts';

export const env = v.object({ ...keeperEntries, JOBS_TABLE: resourceName });
