/** What access tokens open: GET /user, /user/emails and /user/repos. */
import { bearerToken } from '../front/fields.ts';
import { type FrontRequest, json, type Reply, withParameters } from '../front/http.ts';
import { Refusal } from '../front/refusal.ts';
import type { Account, Repository } from './accounts.ts';
import type { Context } from './context.ts';
import { message } from './refusals.ts';

interface Access {
  readonly account: Account;
  readonly scopes: readonly string[];
}

export function showUser(context: Context, request: FrontRequest): Reply {
  const access = requireAccess(context, request);
  const { id, login, name } = access.account;
  // The address is public only where somebody chose so.
  return answer(access, { id, login, node_id: `U_${id}`, type: 'User', name, email: null });
}

export function listEmails(context: Context, request: FrontRequest): Reply {
  const access = requireAccess(context, request);
  if (!['user', 'user:email'].some((scope) => access.scopes.includes(scope))) {
    throw new Refusal(404, message('Not Found', 404), scopeHeaders(access));
  }
  return answer(access, [{ email: access.account.email, primary: true, verified: true, visibility: 'private' }]);
}

/** Pages are named by a Link header (RFC 8288). */
export function listRepositories(context: Context, request: FrontRequest): Reply {
  const access = requireAccess(context, request);
  const query = request.url.searchParams;
  const perPage = Math.min(100, positive(query.get('per_page'), 30));
  const number = positive(query.get('page'), 1);
  const visibility = query.get('visibility') ?? 'all';
  const repositories = access.account.repositories.toSorted((a, b) => a.name.localeCompare(b.name));
  const visible = repositories.filter(
    ({ isPrivate }) =>
      (access.scopes.includes('repo') || !isPrivate) &&
      (visibility === 'all' || (visibility === 'private') === isPrivate),
  );
  const last = Math.max(1, Math.ceil(visible.length / perPage));
  const others = [
    ...(number > 1 ? [['prev', number - 1] as const, ['first', 1] as const] : []),
    ...(number < last ? [['next', number + 1] as const, ['last', last] as const] : []),
  ];
  const links = others.map(([rel, to]) => `<${withParameters(request.url.href, { page: String(to) })}>; rel="${rel}"`);
  const page = visible.slice((number - 1) * perPage, number * perPage);
  return answer(
    access,
    page.map((repository) => toWire(context.url, access.account, repository)),
    links.length === 0 ? {} : { link: links.join(', ') },
  );
}

function requireAccess({ tokens }: Context, request: FrontRequest): Access {
  // GitHub refuses every caller that does not say who it is.
  if (!request.headers['user-agent'])
    throw new Refusal(403, message('Request forbidden by administrative rules.', 403));
  const access = tokens.find(bearerToken(request) ?? '');
  if (access === undefined) throw new Refusal(401, message('Bad credentials', 401));
  return access;
}

function answer(access: Access, body: unknown, headers: Readonly<Record<string, string>> = {}): Reply {
  return json(200, body, { ...scopeHeaders(access), ...headers });
}

function scopeHeaders({ scopes }: Access): Record<string, string> {
  return { 'x-oauth-scopes': scopes.join(', '), 'x-accepted-oauth-scopes': '' };
}

function toWire(url: string, { id: ownerId, login }: Account, { id, name, isPrivate }: Repository): object {
  return {
    id,
    node_id: `R_${id}`,
    name,
    full_name: `${login}/${name}`,
    private: isPrivate,
    visibility: isPrivate ? 'private' : 'public',
    owner: { id: ownerId, login, type: 'User' },
    html_url: `https://github.com/${login}/${name}`,
    url: `${url}/repos/${login}/${name}`,
    description: null,
    fork: false,
    archived: false,
    default_branch: 'main',
  };
}

function positive(text: string | null, fallback: number): number {
  const value = Number(text);
  return Number.isInteger(value) && value > 0 ? value : fallback;
}
