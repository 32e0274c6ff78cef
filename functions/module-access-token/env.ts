import * as v from 'valibot';
import { keeperEntries } from '../shared/wiring/env.ts';

export const env = v.object({ ...keeperEntries });
