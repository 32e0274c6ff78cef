import * as v from 'valibot';

/** Nothing: what it serves is in its bundle. */
export const env = v.object({});
