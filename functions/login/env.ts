import * as v from 'valibot';
import { baseEntries, list, workosEntries } from '../shared/wiring/env.ts';

export const env = v.object({ ...baseEntries, ...workosEntries, PROVIDERS: list, WEB_ORIGINS: list });
