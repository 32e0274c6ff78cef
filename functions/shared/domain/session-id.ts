/** A session's id as clients see it: what `deriveSessionId()` makes. Nothing that looks otherwise was ever the key of a row. */
import * as v from 'valibot';

export const sessionId = v.pipe(v.string(), v.regex(/^[0-9a-f]{32}$/));
