/** POST /login/oauth/access_token: what goes wrong is said with 200, and as a form unless JSON is asked for. */
import { clientCredentials, type Fields, readFields } from '../front/fields.ts';
import { type FrontRequest, json, type Reply } from '../front/http.ts';
import { isVerifierOf } from '../front/one-time-codes.ts';
import type { Context } from './context.ts';
import type { TokenAnswer } from './tokens.ts';

interface ErrorAnswer {
  readonly error: string;
  readonly error_description: string;
  readonly error_uri: string;
}

export function giveTokens(context: Context, request: FrontRequest): Reply {
  const answer = answerTo(context, request);
  if (request.headers.accept?.includes('application/json') === true) return json(200, answer);
  const form = new URLSearchParams(Object.entries(answer).map(([name, value]): [string, string] => [name, `${value}`]));
  return { status: 200, headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: form.toString() };
}

function answerTo(context: Context, request: FrontRequest): TokenAnswer | ErrorAnswer {
  const fields = readFields(request);
  const { clientId, clientSecret } = clientCredentials(request, fields);
  if (clientId !== context.clientId || clientSecret !== context.clientSecret) {
    return refusal('incorrect_client_credentials', 'The client_id and/or client_secret passed are incorrect.');
  }
  switch (fields['grant_type'] ?? 'authorization_code') {
    case 'authorization_code':
      return redeem(context, fields);
    case 'refresh_token':
      return (
        context.tokens.refresh(fields['refresh_token'] ?? '') ??
        refusal('bad_refresh_token', 'The refresh token passed is incorrect or expired.')
      );
    default:
      return refusal('unsupported_grant_type', 'The grant type is not supported.');
  }
}

function redeem({ codes, tokens }: Context, fields: Fields): TokenAnswer | ErrorAnswer {
  const grant = codes.take(fields['code'] ?? '');
  if (grant === undefined || !isVerifierOf(fields['code_verifier'], grant.codeChallenge)) {
    return refusal('bad_verification_code', 'The code passed is incorrect or expired.');
  }
  if ((fields['redirect_uri'] ?? grant.redirectUri) !== grant.redirectUri) {
    return refusal('redirect_uri_mismatch', 'The redirect_uri MUST match the registered callback URL.');
  }
  return tokens.issue(grant.account, grant.scopes);
}

function refusal(error: string, description: string): ErrorAnswer {
  return { error, error_description: description, error_uri: 'https://docs.github.com/apps' };
}
