import * as v from 'valibot';
import { flowEntries, list } from '../shared/wiring/env.ts';

export const env = v.object({ ...flowEntries, WEB_ORIGINS: list });
