import * as v from 'valibot';
import { apiEntries, keeperEntries } from '../shared/wiring/env.ts';

export const env = v.object({ ...apiEntries, ...keeperEntries });
