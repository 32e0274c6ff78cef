/** /applications/{client_id}/token and /grant: the app looks at its users' tokens and ends them, under its own secret. */
import { clientCredentials, readFields } from '../front/fields.ts';
import { type FrontRequest, json, type Reply } from '../front/http.ts';
import { Refusal } from '../front/refusal.ts';
import type { Context } from './context.ts';
import { message } from './refusals.ts';

export function checkToken(context: Context, request: FrontRequest): Reply {
  const found = context.tokens.find(tokenIn(context, request));
  if (found === undefined) throw new Refusal(404, message('Not Found', 404));
  const { account, scopes } = found;
  return json(200, { id: account.id, scopes, user: { id: account.id, login: account.login } });
}

/** That token alone. */
export function deleteToken(context: Context, request: FrontRequest): Reply {
  if (!context.tokens.revoke(tokenIn(context, request))) throw unprocessable();
  return { status: 204, headers: {}, body: '' };
}

/** All tokens that the user gave to the app. */
export function deleteGrant(context: Context, request: FrontRequest): Reply {
  const found = context.tokens.find(tokenIn(context, request));
  if (found === undefined) throw unprocessable();
  context.tokens.revokeAll(found.account);
  return { status: 204, headers: {}, body: '' };
}

function tokenIn(context: Context, request: FrontRequest): string {
  const { clientId, clientSecret } = clientCredentials(request, {});
  if (clientId !== context.clientId || clientSecret !== context.clientSecret) {
    throw new Refusal(401, message('Bad credentials', 401));
  }
  return readFields(request)['access_token'] ?? '';
}

function unprocessable(): Refusal {
  return new Refusal(422, message('Validation Failed', 422));
}
