import * as v from 'valibot';

export const env = v.object({});
