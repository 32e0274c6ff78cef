import * as v from 'valibot';
import { apiEntries, resourceName } from '../shared/wiring/env.ts';

export const env = v.object({ ...apiEntries, EVENT_BUS: resourceName });
