import * as v from 'valibot';
import { baseEntries, modulesEntry, nativeClients, tokenEntries } from '../shared/wiring/env.ts';

export const env = v.object({ ...baseEntries, ...tokenEntries, ...nativeClients, ...modulesEntry });
