import * as v from 'valibot';
import { keeperEntries, resourceName, tokenEntries } from '../shared/wiring/env.ts';

export const env = v.object({ ...tokenEntries, ...keeperEntries, DEVICE_TICKETS_TABLE: resourceName });
