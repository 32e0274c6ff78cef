import * as v from 'valibot';
import { mailboxEntries } from '../shared/wiring/env.ts';

export const env = v.object(mailboxEntries);
