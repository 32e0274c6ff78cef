import * as v from 'valibot';
import { nativeEndEntries, nativeGrantEntries } from '../shared/wiring/env.ts';

export const env = v.object({ ...nativeGrantEntries, ...nativeEndEntries });
