import * as v from 'valibot';
import { apiEntries, connectionEntries } from '../shared/wiring/env.ts';

export const env = v.object({ ...apiEntries, ...connectionEntries });
