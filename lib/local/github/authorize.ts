/** GET and POST /login/oauth/authorize: the consent page, and where it leads. */
import { randomBytes } from 'node:crypto';
import { consentPage, readConsent } from '../front/consent-page.ts';
import { type FrontRequest, redirect, type Reply, withParameters } from '../front/http.ts';
import { isS256Challenge } from '../front/one-time-codes.ts';
import { errorPage } from '../front/page.ts';
import type { Context } from './context.ts';

interface ConsentRequest {
  readonly redirectUri: string;
  readonly state: string | undefined;
  readonly codeChallenge: string | undefined;
  /** Never unticked. */
  readonly identity: readonly string[];
  readonly others: readonly string[];
}

/** What a sign-in takes. */
const identityScopes = ['read:user', 'user:email'];

const site = 'local GitHub';

/** It asks at every request; GitHub itself goes straight on for scopes that it was given before. */
export function showConsent(context: Context, { url }: FrontRequest): Reply {
  const request = read(context, url.searchParams);
  if ('status' in request) return request;
  return consentPage({
    site,
    title: 'Authorize with GitHub',
    application: new URL(request.redirectUri).host,
    action: `${url.pathname}${url.search}`,
    accounts: context.accounts.all().map(({ login, email }) => ({ id: login, label: `${login} (${email})` })),
    accountId: context.accounts.find(url.searchParams.get('login') ?? '')?.login,
    fixedScopes: request.identity,
    scopes: request.others,
    verb: 'Authorize',
  });
}

/** The request is checked anew: a form is as untrusted as a link. */
export function takeConsent(context: Context, incoming: FrontRequest): Reply {
  const request = read(context, incoming.url.searchParams);
  if ('status' in request) return request;
  const { redirectUri, state, codeChallenge, identity, others } = request;
  const consent = readConsent(incoming);
  if (consent === undefined) {
    const error_description = 'The user has denied your application access.';
    return redirect(withParameters(redirectUri, { error: 'access_denied', error_description, state }));
  }
  const account = context.accounts.find(consent.accountId);
  if (account === undefined) return errorPage(site, 'account_unknown', 'There is no such account here.');
  const code = context.codes.keep(randomBytes(10).toString('hex'), {
    account,
    scopes: [...identity, ...others.filter((scope) => consent.scopes.includes(scope))],
    redirectUri,
    codeChallenge,
  });
  return redirect(withParameters(redirectUri, { code, state }));
}

/** Where the client or the redirect is wrong, GitHub stays on a page of its own. */
function read({ clientId, redirectUris }: Context, query: URLSearchParams): ConsentRequest | Reply {
  const value = (name: string): string | undefined => query.get(name) || undefined;
  if (value('client_id') !== clientId) return errorPage(site, 'not_found', 'There is no such application.');
  const redirectUri = value('redirect_uri') ?? [...redirectUris][0];
  if (redirectUri === undefined || !redirectUris.has(redirectUri)) {
    return errorPage(site, 'redirect_uri_mismatch', 'The redirect_uri is not associated with this application.');
  }
  const codeChallenge = value('code_challenge');
  if (codeChallenge !== undefined && (value('code_challenge_method') !== 'S256' || !isS256Challenge(codeChallenge))) {
    return errorPage(site, 'invalid_request', 'The code_challenge must be one of method S256.');
  }
  const scopes = [...new Set((value('scope') ?? '').split(/[ ,]+/).filter(Boolean))];
  return {
    redirectUri,
    state: value('state'),
    codeChallenge,
    identity: scopes.filter((scope) => identityScopes.includes(scope)),
    others: scopes.filter((scope) => !identityScopes.includes(scope)),
  };
}
