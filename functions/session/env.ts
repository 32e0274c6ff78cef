import * as v from 'valibot';
import { apiEntries } from '../shared/wiring/env.ts';

export const env = v.object(apiEntries);
