/** What a consent comes back with (RFC 6749 §4.1.2, RFC 9207); anything else in the query is ignored. */
import * as v from 'valibot';
import { singleParameters } from '../shared/http/query.ts';

const parameter = v.optional(v.string());

export const consentAnswer = v.object({ code: parameter, error: parameter, state: parameter, iss: parameter });

export type ConsentAnswer = Omit<v.InferOutput<typeof consentAnswer>, 'state'>;

/** One that is given twice comes out empty, which is no code, no state, no issuer, and an unknown error. */
export function parseConsentAnswer(query: URLSearchParams) {
  return v.parse(consentAnswer, singleParameters(query, Object.keys(consentAnswer.entries)));
}
