import * as v from 'valibot';
import { baseEntries, list, resourceName, workosApiUrl } from '../shared/wiring/env.ts';

export const env = v.object({ ...baseEntries, ...workosApiUrl, WEB_ORIGINS: list, EVENT_BUS: resourceName });
