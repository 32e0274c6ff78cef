/** What `/oauth/authorize` takes (RFC 6749 §4.1.1, RFC 7636 §4.3, RFC 9449 §10), and what it says to the rest. */
import * as v from 'valibot';
import type { AuthorizationRequestError } from '../shared/domain/authorization-error.ts';
import type { NativeParameters } from '../shared/domain/native-authorization.ts';
import { loginParameters } from '../shared/http/login-parameters.ts';
import { readOAuthParameters } from '../shared/http/oauth-parameters.ts';

const { origin: _, ...hints } = loginParameters.entries;
const text = v.optional(v.string());

/** It is native-authorization.ts's to judge those of an app. */
export const authorizeParameters = v.object({
  response_type: v.literal('code'),
  client_id: v.string(),
  redirect_uri: v.string(),
  code_challenge: v.string(),
  code_challenge_method: v.literal('S256'),
  state: text,
  scope: text,
  dpop_jkt: text,
  response_mode: v.optional(v.literal('query')),
  ...hints,
});

const names = [...Object.keys(authorizeParameters.entries), 'request', 'request_uri'];

export interface AuthorizeRequest {
  readonly app: NativeParameters;
  /** As `/login` knows them. */
  readonly parameters: URLSearchParams;
  readonly refusal: { readonly error: AuthorizationRequestError; readonly parameter: string } | undefined;
}

export function readAuthorizeRequest(query: URLSearchParams): AuthorizeRequest {
  const { values, repeated } = readOAuthParameters(query, names);
  const refuse = (error: AuthorizationRequestError, parameter: string) => ({ error, parameter });
  const { response_type: type, response_mode: mode } = values;
  const refusals = [
    repeated.length > 0 && refuse('invalid_request', repeated.join(', ')),
    // RFC 9101 §5: what it says would count for more than what is written beside it.
    values['request'] !== undefined && refuse('request_not_supported', 'request'),
    values['request_uri'] !== undefined && refuse('request_uri_not_supported', 'request_uri'),
    type === undefined && refuse('invalid_request', 'response_type'),
    type !== 'code' && refuse('unsupported_response_type', 'response_type'),
    mode !== undefined && mode !== 'query' && refuse('invalid_request', 'response_mode'),
  ];
  // Empty stands for what is there more than once: no client and no redirect goes by it.
  const twice = Object.fromEntries(repeated.map((name) => [name, '']));
  return {
    app: { ...values, ...twice },
    parameters: new URLSearchParams({ ...values, origin: 'native' }),
    refusal: refusals.find((refusal) => refusal !== false),
  };
}
