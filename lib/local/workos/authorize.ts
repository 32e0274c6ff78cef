/** GET and POST /user_management/authorize: the local AuthKit signs a person in and sends them back with a code. */
import { accountChooser } from './account-chooser.ts';
import {
  checkAuthorizationRequest,
  withError,
  type AuthorizationRequest,
  type CheckedRequest,
} from './authorization-request.ts';
import type { Context } from './context.ts';
import type { User } from './directory.ts';
import { redirect, type FrontRequest, type Reply } from '../front/http.ts';
import { errorPage } from '../front/page.ts';
import { browserCookie, type Candidate, grantCode } from './grant-code.ts';
import { appAtProvider, askProvider } from './provider-consent.ts';

/** The request comes from an application: straight on for those who are known, otherwise the account chooser. */
export async function startAuthorization(context: Context, { url, cookies }: FrontRequest): Promise<Reply> {
  const checked = await check(context, url.searchParams);
  if (checked.kind !== 'accepted') return refuse(checked);
  const { request } = checked;
  const app = appAtProvider(context, request);
  if (app !== undefined) return askProvider(context, request, app);
  const candidates = await findCandidates(context, request);

  const browser = context.browsers.get(cookies[browserCookie.name] ?? '');
  const remembered = candidates.find(({ user }) => user.id === browser?.userId);
  if (
    browser !== undefined &&
    remembered !== undefined &&
    maySkipSignIn(context, request, browser.authenticatedAt, remembered)
  ) {
    return grantCode(context, request, remembered, { authenticatedAt: browser.authenticatedAt });
  }
  const hinted = candidates.find(({ user }) => isHinted(user, request));
  if (hinted !== undefined && !request.prompt.includes('select_account')) {
    return grantCode(context, request, hinted, { authenticatedAt: context.now() });
  }
  if (request.prompt.includes('none')) {
    return redirect(withError(request.redirectUri, request.state, 'login_required', 'Nobody is signed in.'));
  }
  return showAccounts(request, candidates, `${url.pathname}${url.search}`);
}

/** A button of the account chooser was pressed. The request is checked anew: a form is as untrusted as a link. */
export async function finishAuthorization(context: Context, { url, body }: FrontRequest): Promise<Reply> {
  const checked = await check(context, url.searchParams);
  if (checked.kind !== 'accepted') return refuse(checked);
  const { request } = checked;
  const form = new URLSearchParams(body.toString('utf8'));
  if (form.has('cancel')) {
    return redirect(withError(request.redirectUri, request.state, 'access_denied', 'The user cancelled the sign-in.'));
  }
  const email = form.get('email')?.toLowerCase();
  const organizationId = form.get('organization_id') ?? '';
  const candidates = await findCandidates(context, request);
  const chosen = candidates.find(
    ({ user, organizations }) =>
      user.email.toLowerCase() === email &&
      (organizationId === '' || organizations.some(({ id }) => id === organizationId)),
  );
  if (chosen === undefined)
    return errorPage(
      'local AuthKit',
      'account_unknown',
      'Nobody like that can sign in here. Go back and choose again.',
    );
  return grantCode(context, request, chosen, {
    authenticatedAt: context.now(),
    ...(organizationId === '' ? {} : { organizationId }),
  });
}

/** The checks that need to know organizations and connections, after those that need only the query. */
async function check(context: Context, query: URLSearchParams): Promise<CheckedRequest> {
  const checked = checkAuthorizationRequest(query, context);
  if (checked.kind !== 'accepted') return checked;
  const { redirectUri, state, signInWith, organizationId } = checked.request;
  const refusal = (error: string, description: string): CheckedRequest => ({
    kind: 'redirect',
    location: withError(redirectUri, state, error, description),
  });
  if (organizationId !== undefined && (await context.directory.organization(organizationId)) === undefined) {
    return refusal('organization_invalid', 'There is no organization matching the provided ID.');
  }
  if (signInWith.kind === 'provider') return checked;
  const connection = await context.directory.connection(
    signInWith.kind === 'connection' ? { id: signInWith.connectionId } : { organizationId: organizationId ?? '' },
  );
  if (connection === undefined) return refusal('connection_invalid', 'There is no active connection for this request.');
  // From here on the connection's organization is the one that is signed in to.
  return { kind: 'accepted', request: { ...checked.request, organizationId: connection.organization_id } };
}

function refuse(checked: Exclude<CheckedRequest, { kind: 'accepted' }>): Reply {
  return checked.kind === 'page'
    ? errorPage('local AuthKit', 'redirect-uri-invalid', checked.message)
    : redirect(checked.location);
}

async function findCandidates(context: Context, request: AuthorizationRequest): Promise<Candidate[]> {
  const candidates: Candidate[] = [];
  for (const user of await context.directory.users()) {
    const memberships = await context.directory.memberships(user.id);
    const open = memberships.filter(
      ({ organization_id: id }) => request.organizationId === undefined || request.organizationId === id,
    );
    if (request.organizationId !== undefined && open.length === 0) continue;
    const organizations = await Promise.all(open.map(({ organization_id: id }) => context.directory.organization(id)));
    candidates.push({ user, organizations: organizations.filter((each) => each !== undefined) });
  }
  return candidates;
}

function isHinted(user: User, { loginHint }: AuthorizationRequest): boolean {
  return loginHint !== undefined && user.email.toLowerCase() === loginHint.trim().toLowerCase();
}

function maySkipSignIn(
  context: Context,
  request: AuthorizationRequest,
  authenticatedAt: Date,
  { user }: Candidate,
): boolean {
  const ageSeconds = (context.now().getTime() - authenticatedAt.getTime()) / 1000;
  return (
    context.settings.rememberSignIn &&
    request.signInWith.kind === 'provider' &&
    request.signInWith.provider === 'authkit' &&
    !request.prompt.includes('login') &&
    !request.prompt.includes('select_account') &&
    (request.maxAgeSeconds === undefined || ageSeconds < request.maxAgeSeconds) &&
    (request.loginHint === undefined || isHinted(user, request))
  );
}

function showAccounts(request: AuthorizationRequest, candidates: readonly Candidate[], action: string): Reply {
  const { signInWith, loginHint } = request;
  const direct = signInWith.kind === 'provider' && signInWith.provider !== 'authkit' ? signInWith.provider : undefined;
  const verb = request.screenHint === 'sign-up' ? 'Sign up' : 'Sign in';
  return accountChooser({
    title: direct === undefined ? verb : `${verb} with ${direct.replace(/OAuth$/, '')}`,
    application: new URL(request.redirectUri).host,
    notice:
      loginHint === undefined || candidates.some(({ user }) => isHinted(user, request))
        ? undefined
        : `There is no ${loginHint} here.`,
    action,
    accounts: candidates.map(({ user, organizations }) => ({
      name: [user.first_name, user.last_name].filter((part) => part !== null).join(' ') || user.email,
      email: user.email,
      // A provider's page offers accounts, not organizations.
      organizations: direct === undefined ? organizations : [],
    })),
  });
}
