/** POST /token and POST /revoke. */
import { clientCredentials, readFields } from '../front/fields.ts';
import { type FrontRequest, json, type Reply } from '../front/http.ts';
import { isVerifierOf } from '../front/one-time-codes.ts';
import { Refusal } from '../front/refusal.ts';
import { type Context, count } from './context.ts';
import { oauthRefusal } from './refusals.ts';

export function giveTokens(context: Context, request: FrontRequest): Reply {
  const fields = readFields(request);
  const grantType = fields['grant_type'] ?? '';
  if (grantType === 'authorization_code' || grantType === 'refresh_token') count(context, `token.${grantType}`);
  const { clientId, clientSecret } = clientCredentials(request, fields);
  if (context.settings.clientError !== undefined) {
    throw oauthRefusal(context.settings.clientError, 'The OAuth client cannot be used.');
  }
  if (clientId !== context.clientId) throw oauthRefusal('invalid_client', 'The OAuth client was not found.');
  if (clientSecret !== context.clientSecret) throw oauthRefusal('invalid_client', 'Unauthorized');

  switch (grantType) {
    case 'authorization_code': {
      const grant = context.codes.take(fields['code'] ?? '');
      if (grant === undefined) throw oauthRefusal('invalid_grant', 'Malformed auth code.');
      if (fields['redirect_uri'] !== grant.redirectUri) throw oauthRefusal('redirect_uri_mismatch', 'Bad Request');
      if (!isVerifierOf(fields['code_verifier'], grant.codeChallenge)) {
        throw oauthRefusal('invalid_grant', 'Invalid code verifier.');
      }
      return noStore(json(200, context.grants.issue(grant.account, grant.scopes, grant.withRefreshToken)));
    }
    case 'refresh_token': {
      const answer = context.grants.refresh(fields['refresh_token'] ?? '');
      if (answer === undefined) throw oauthRefusal('invalid_grant', 'Token has been expired or revoked.');
      return noStore(json(200, answer));
    }
    default:
      throw oauthRefusal('unsupported_grant_type', `Invalid grant_type: ${grantType}`);
  }
}

/** Whose token it is tells Google enough: it asks for no client. */
export function revokeToken({ grants }: Context, request: FrontRequest): Reply {
  const token = readFields(request)['token'] ?? '';
  if (grants.revoke(token)) return json(200, {});
  throw new Refusal(400, { error: 'invalid_token', error_description: 'Token expired or revoked' });
}

function noStore(reply: Reply): Reply {
  return { ...reply, headers: { ...reply.headers, 'cache-control': 'no-cache, no-store, max-age=0, must-revalidate' } };
}
