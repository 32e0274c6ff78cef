import * as v from 'valibot';
import { sessionEntries } from '../shared/wiring/env.ts';

export const env = v.object(sessionEntries);
