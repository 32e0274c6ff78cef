/** What the revocation endpoint takes (RFC 7009 §2.1). */
import * as v from 'valibot';
import { AuthError } from '../shared/domain/auth-error.ts';
import { readForm } from '../shared/http/form.ts';
import { readOAuthParameters } from '../shared/http/oauth-parameters.ts';
import { refuseClientAuthentication } from '../shared/http/public-client.ts';
import type { HttpRequest } from '../shared/http/request.ts';

const says = (description: string) => v.pipe(v.string(), v.nonEmpty(), v.description(description));

export const revocationRequest = v.object({
  token: says('A refresh token, the latest or one before it, or an access token that has not expired.'),
  client_id: says('Whose token it is.'),
  token_type_hint: v.optional(v.pipe(v.string(), v.description('Not needed: the two kinds look different.'))),
});

/** @throws AuthError `invalid_client`, `invalid_request`, `unsupported_media_type` */
export function readRevocationRequest(request: HttpRequest): v.InferOutput<typeof revocationRequest> {
  const form = readForm(request);
  refuseClientAuthentication(request, form);
  const { values, repeated } = readOAuthParameters(form, Object.keys(revocationRequest.entries));
  const [twice] = repeated;
  if (twice !== undefined) throw new AuthError('invalid_request', `given more than once: ${twice}`, { field: twice });
  const parsed = v.safeParse(revocationRequest, values);
  if (parsed.success) return parsed.output;
  const field = v.getDotPath(parsed.issues[0]) ?? '';
  throw new AuthError('invalid_request', `missing: ${field}`, { field });
}
