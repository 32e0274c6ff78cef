import * as v from 'valibot';
import { flowEntries } from '../shared/wiring/env.ts';

export const env = v.object(flowEntries);
