/** What the token endpoint takes: RFC 6749 §4.1.3 with RFC 7636 §4.5, and §6. */
import * as v from 'valibot';
import { AuthError } from '../shared/domain/auth-error.ts';
import { readForm } from '../shared/http/form.ts';
import { readOAuthParameters } from '../shared/http/oauth-parameters.ts';
import { refuseClientAuthentication } from '../shared/http/public-client.ts';
import type { HttpRequest } from '../shared/http/request.ts';

const says = (description: string) => v.pipe(v.string(), v.nonEmpty(), v.description(description));
const clientId = says('As the stage’s settings register it. Clients are public and authenticate by nothing.');

const codeGrant = v.object({
  grant_type: v.literal('authorization_code'),
  client_id: clientId,
  code: says('From the redirect. One attempt spends it, whatever comes of that.'),
  redirect_uri: says('The one that `/oauth/authorize` was given.'),
  code_verifier: says('Of the `code_challenge` that `/oauth/authorize` was given.'),
});

const refreshGrant = v.object({
  grant_type: v.literal('refresh_token'),
  client_id: clientId,
  refresh_token: says('The latest one of the session.'),
});

export const tokenRequest = v.variant('grant_type', [codeGrant, refreshGrant]);

export type TokenRequest = v.InferOutput<typeof tokenRequest>;

const names = ['grant_type', ...Object.keys(codeGrant.entries), ...Object.keys(refreshGrant.entries)];

/** @throws AuthError `invalid_client`, `invalid_request`, `unsupported_grant_type`, `unsupported_media_type` */
export function readTokenRequest(request: HttpRequest): TokenRequest {
  const form = readForm(request);
  refuseClientAuthentication(request, form);
  const { values, repeated } = readOAuthParameters(form, [...new Set(names)]);
  const [twice] = repeated;
  if (twice !== undefined) throw new AuthError('invalid_request', `given more than once: ${twice}`, { field: twice });
  const parsed = v.safeParse(tokenRequest, values);
  if (parsed.success) return parsed.output;
  const field = v.getDotPath(parsed.issues[0]) ?? '';
  if (field === 'grant_type' && values[field] !== undefined)
    throw new AuthError('unsupported_grant_type', 'neither authorization_code nor refresh_token');
  throw new AuthError('invalid_request', `missing: ${field}`, { field });
}
