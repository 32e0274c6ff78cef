/** What AuthKit brings to `/callback` (RFC 6749 §4.1.2); anything else in the query is ignored. */
import * as v from 'valibot';
import { singleParameters } from '../shared/http/query.ts';

const parameter = v.optional(v.string());

export const callbackParameters = v.object({ code: parameter, error: parameter, state: parameter });

/** One that is given twice comes out empty, which is no code, no state, and an unknown error. */
export function parseCallbackParameters(query: URLSearchParams) {
  return v.parse(callbackParameters, singleParameters(query, Object.keys(callbackParameters.entries)));
}
