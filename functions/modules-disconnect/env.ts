import * as v from 'valibot';
import { keeperEntries, sessionEntries } from '../shared/wiring/env.ts';

export const env = v.object({ ...sessionEntries, ...keeperEntries });
