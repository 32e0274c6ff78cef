/** What access tokens open: /v1/userinfo, the Gmail API and the Calendar API. */
import { bearerToken } from '../front/fields.ts';
import { type FrontRequest, json, type Reply } from '../front/http.ts';
import { Refusal } from '../front/refusal.ts';
import type { Context } from './context.ts';
import { delegationDenied, insufficientScopes, invalidCredentials, notFound } from './refusals.ts';
import { emailScope, maySee } from './scopes.ts';

/** OpenID Connect Core §5.3 */
export function showUser({ grants }: Context, request: FrontRequest): Reply {
  const access = grants.access(bearerToken(request) ?? '');
  if (!access?.scopes.includes('openid')) {
    throw new Refusal(401, { error: 'invalid_request', error_description: 'Invalid Credentials' });
  }
  const { sub, email } = access.account;
  return json(200, { sub, ...(access.scopes.includes(emailScope) && { email, email_verified: true }) });
}

export async function callApi({ grants, mailboxes }: Context, request: FrontRequest): Promise<Reply> {
  const { method, url } = request;
  const access = grants.access(bearerToken(request) ?? '');
  if (access === undefined) throw invalidCredentials();
  if (!maySee(method, url.pathname, access.scopes)) throw insufficientScopes();
  const { email } = access.account;
  const [, user = 'me', resource] = /^\/gmail\/v1\/users\/([^/]+)\/(\w+)$/.exec(url.pathname) ?? [];
  if (user !== 'me' && decodeURIComponent(user) !== email) throw delegationDenied();
  if (method === 'GET' && resource === 'profile') return json(200, await mailboxes.profile(email));
  if (method === 'GET' && resource === 'history') {
    if (await mailboxes.hasForgotten(email, url.searchParams.get('startHistoryId') ?? '')) throw notFound();
  }
  return mailboxes.call(email, request);
}
