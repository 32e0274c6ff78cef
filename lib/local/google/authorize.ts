/** GET and POST /o/oauth2/v2/auth: the consent page, and where it leads. */
import { randomBytes } from 'node:crypto';
import { consentPage, readConsent } from '../front/consent-page.ts';
import { type FrontRequest, redirect, type Reply, withParameters } from '../front/http.ts';
import { isS256Challenge } from '../front/one-time-codes.ts';
import { errorPage } from '../front/page.ts';
import type { Account } from './accounts.ts';
import type { Context } from './context.ts';
import { type AskedScopes, readScopes } from './scopes.ts';

interface ConsentRequest {
  readonly redirectUri: string;
  readonly state: string | undefined;
  readonly codeChallenge: string | undefined;
  readonly asked: AskedScopes;
  readonly isOffline: boolean;
  readonly prompt: readonly string[];
  readonly keepsGranted: boolean;
}

const site = 'local Google';

export function showConsent(context: Context, { url }: FrontRequest): Reply {
  const request = read(context, url.searchParams);
  if ('status' in request) return request;
  if (request.prompt.includes('none')) return answer(request, { error: 'interaction_required' });
  const hint = context.accounts.find(url.searchParams.get('login_hint') ?? '');
  return consentPage({
    site,
    title: 'Sign in with Google',
    application: new URL(request.redirectUri).host,
    action: `${url.pathname}${url.search}`,
    accounts: context.accounts.all().map(({ email }) => ({ id: email, label: email })),
    accountId: hint?.email,
    fixedScopes: request.asked.identity,
    scopes: request.asked.others,
    verb: 'Allow',
  });
}

/** The request is checked anew: a form is as untrusted as a link. */
export function takeConsent(context: Context, incoming: FrontRequest): Reply {
  const request = read(context, incoming.url.searchParams);
  if ('status' in request) return request;
  const consent = readConsent(incoming);
  if (consent === undefined) return answer(request, { error: 'access_denied' });
  const account = context.accounts.find(consent.accountId);
  if (account === undefined) return errorPage(site, 'account_unknown', 'There is no such account here.');
  const ticked = request.asked.others.filter((scope) => consent.scopes.includes(scope));
  return answer(request, { code: issueCode(context, request, account, [...request.asked.identity, ...ticked]) });
}

function issueCode(context: Context, request: ConsentRequest, account: Account, scopes: readonly string[]): string {
  const { codes, grants, settings } = context;
  const before = grants.consented(account);
  const isWithheld = settings.consentsWithoutRefreshToken > 0;
  if (isWithheld) settings.consentsWithoutRefreshToken -= 1;
  return codes.keep(`4/0${randomBytes(48).toString('base64url')}`, {
    account,
    scopes: request.keepsGranted ? [...new Set([...scopes, ...(before ?? [])])] : scopes,
    redirectUri: request.redirectUri,
    codeChallenge: request.codeChallenge,
    // Who has consented before is given one only when asked again on purpose.
    withRefreshToken: request.isOffline && !isWithheld && (before === undefined || request.prompt.includes('consent')),
  });
}

/** Google answers a request that is wrong on a page of its own. */
function read({ clientId, redirectUris }: Context, query: URLSearchParams): ConsentRequest | Reply {
  const value = (name: string): string | undefined => query.get(name) || undefined;
  const redirectUri = value('redirect_uri');
  const codeChallenge = value('code_challenge');
  const scope = value('scope');
  if (value('client_id') !== clientId) return errorPage(site, 'invalid_client', 'The OAuth client was not found.');
  if (redirectUri === undefined || !redirectUris.has(redirectUri)) {
    return errorPage(site, 'redirect_uri_mismatch', 'This redirect URI is not registered for the client.');
  }
  if (value('response_type') !== 'code' || scope === undefined) {
    return errorPage(site, 'invalid_request', 'response_type=code and a scope are required.');
  }
  if (codeChallenge !== undefined && (value('code_challenge_method') !== 'S256' || !isS256Challenge(codeChallenge))) {
    return errorPage(site, 'invalid_request', 'The code_challenge must be one of method S256.');
  }
  return {
    redirectUri,
    state: value('state'),
    codeChallenge,
    asked: readScopes(scope),
    isOffline: value('access_type') === 'offline',
    prompt: value('prompt')?.split(' ') ?? [],
    keepsGranted: value('include_granted_scopes') === 'true',
  };
}

function answer({ redirectUri, state }: ConsentRequest, parameters: Readonly<Record<string, string>>): Reply {
  return redirect(withParameters(redirectUri, { ...parameters, state }));
}
