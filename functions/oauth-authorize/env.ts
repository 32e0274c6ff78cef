import * as v from 'valibot';
import { baseEntries, list, nativeClients, workosEntries } from '../shared/wiring/env.ts';

export const env = v.object({ ...baseEntries, ...workosEntries, ...nativeClients, PROVIDERS: list });
