/** What `/login` takes beside the kind of login: two parameters that never stop one, and those of an app. */
import * as v from 'valibot';
import { singleParameters } from '../shared/http/query.ts';

/** Whatever these two hold, `/login` goes on: a `return_to` that is not allowed is ignored, and any `error` shows a page. */
export const tolerantParameters = v.object({ return_to: v.optional(v.string()), error: v.optional(v.string()) });

const text = v.optional(v.string());

/** What else comes with `origin=native`. It is native-authorization.ts's to judge; for a web login it is nothing to us. */
export const nativeParameters = v.object({
  client_id: text,
  redirect_uri: text,
  state: text,
  code_challenge: text,
  code_challenge_method: text,
  dpop_jkt: text,
});

export function parseTolerantParameters(query: URLSearchParams) {
  return v.parse(tolerantParameters, singleParameters(query, Object.keys(tolerantParameters.entries)));
}

export function parseNativeParameters(query: URLSearchParams) {
  return v.parse(nativeParameters, singleParameters(query, Object.keys(nativeParameters.entries)));
}
