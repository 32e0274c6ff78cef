import * as v from 'valibot';
import { apiEntries, githubKeeperEntries } from '../shared/wiring/env.ts';

export const env = v.object({ ...apiEntries, ...githubKeeperEntries });
