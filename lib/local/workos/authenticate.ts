/** POST /user_management/authenticate: tokens for a code, a refresh token or a chosen organization. */
import type { AuthenticateAnswer, Context } from './context.ts';
import type { CodeGrant } from './authorization-codes.ts';
import type { Membership, User } from './directory.ts';
import { json, type FrontRequest, type Reply } from '../front/http.ts';
import { newId } from './ids.ts';
import { Refusal } from '../front/refusal.ts';
import { demandRefusal, invalidGrant, oauthRefusal } from './refusals.ts';
import { isApiKey, requireApiKey } from './api-key.ts';
import { readParameters, type Parameters } from './parameters.ts';
import type { Session } from './sessions.ts';

const organizationSelection = 'urn:workos:oauth:grant-type:organization-selection';

/** Sign-ins that wait for the choice of an organization, by their pending authentication token. */
type PendingSignIns = Map<string, CodeGrant>;

export function authenticateEndpoint(context: Context): (request: FrontRequest) => Promise<Reply> {
  const pending: PendingSignIns = new Map();
  return async (request) => {
    // A wrong key in the header fails as it does for the whole API; the SDK sends it there and as client_secret.
    if (request.headers.authorization !== undefined) requireApiKey(context, request);
    const parameters = readParameters(request);
    const grantType = parameters.required('grant_type');
    checkClient(context, parameters);
    switch (grantType) {
      case 'authorization_code': {
        const grant = context.codes.redeem(parameters.required('code'), parameters.optional('code_verifier'));
        return json(200, await signIn(context, grant, parameters, pending));
      }
      case 'refresh_token':
        return json(200, await refresh(context, parameters));
      case organizationSelection: {
        const grant = takePending(pending, parameters.required('pending_authentication_token'));
        const organizationId = parameters.required('organization_id');
        return json(200, await signIn(context, { ...grant, organizationId }, parameters, pending));
      }
      default:
        throw oauthRefusal('invalid_request', `The grant type is not supported: ${grantType}`);
    }
  };
}

/** Stricter than WorkOS, which also has public clients: ours is confidential, and a forgotten secret is to be noticed. */
function checkClient(context: Context, parameters: Parameters): void {
  if (parameters.required('client_id') !== context.clientId) throw oauthRefusal('invalid_client', 'Invalid client ID.');
  if (!isApiKey(context, parameters.optional('client_secret'))) {
    throw oauthRefusal('invalid_client', 'Invalid client secret.');
  }
}

async function signIn(
  context: Context,
  grant: CodeGrant,
  parameters: Parameters,
  pending: PendingSignIns,
): Promise<AuthenticateAnswer> {
  const user = await context.directory.userById(grant.userId);
  if (user === undefined) throw invalidGrant('The user no longer exists.');
  if (context.settings.demand !== undefined) throw demandRefusal(context.settings.demand, 'code', user.email);

  const memberships = await context.directory.memberships(user.id);
  if (grant.organizationId === undefined && memberships.length > 1) {
    throw await organizationSelectionRequired(context, grant, memberships, pending);
  }
  const organizationId = grant.organizationId ?? memberships[0]?.organization_id;
  const membership = await requireMembership(context, user, organizationId);
  const { oauthTokens, ...signedIn } = grant;
  const session = context.sessions.start({
    ...signedIn,
    organizationId,
    ipAddress: parameters.optional('ip_address'),
    userAgent: parameters.optional('user_agent'),
  });
  context.directory.changeUser(user.id, { last_sign_in_at: session.createdAt.toISOString() });
  const answered = await answer(context, session, context.directory.withChanges(user), membership);
  return { ...answered, ...(oauthTokens && { oauth_tokens: oauthTokens }) };
}

async function refresh(context: Context, parameters: Parameters): Promise<AuthenticateAnswer> {
  const asked = parameters.optional('organization_id');
  return context.sessions.exchange(parameters.required('refresh_token'), async (session) => {
    const user = await context.directory.userById(session.userId);
    if (user === undefined) throw invalidGrant('Invalid refresh token.');
    if (context.settings.demand !== undefined) throw demandRefusal(context.settings.demand, 'refresh', user.email);
    const organizationId = asked ?? session.organizationId;
    const membership = await requireMembership(context, user, organizationId);
    if (organizationId !== undefined) context.sessions.chooseOrganization(session.id, organizationId);
    return answer(context, session, user, membership);
  });
}

/** The membership that the tokens are for; `undefined` when they are for none. */
async function requireMembership(
  context: Context,
  user: User,
  organizationId: string | undefined,
): Promise<Membership | undefined> {
  if (organizationId === undefined) return undefined;
  if ((await context.directory.organization(organizationId)) === undefined) {
    throw oauthRefusal('organization_not_found', `Organization not found: '${organizationId}'.`);
  }
  const memberships = await context.directory.memberships(user.id);
  const membership = memberships.find((each) => each.organization_id === organizationId);
  if (membership !== undefined) return membership;
  throw oauthRefusal('organization_membership_not_found', 'The user is not a member of the organization.');
}

async function answer(
  context: Context,
  session: Session,
  user: User,
  membership: Membership | undefined,
): Promise<AuthenticateAnswer> {
  const { impersonator } = session;
  const role = membership?.role.slug;
  const accessToken = await context.accessTokens.sign({
    sub: user.id,
    sid: session.id,
    auth_time: Math.floor(session.authenticatedAt.getTime() / 1000),
    ...(membership === undefined ? {} : { org_id: membership.organization_id }),
    ...(role === undefined ? {} : { role, roles: [role], permissions: context.directory.permissions(role) }),
    ...(impersonator === undefined ? {} : { act: { sub: impersonator.email } }),
  });
  return {
    user,
    ...(membership === undefined ? {} : { organization_id: membership.organization_id }),
    access_token: accessToken,
    refresh_token: context.sessions.issueRefreshToken(session.id),
    authentication_method: session.authenticationMethod,
    ...(impersonator === undefined ? {} : { impersonator }),
  };
}

async function organizationSelectionRequired(
  context: Context,
  grant: CodeGrant,
  memberships: readonly Membership[],
  pending: PendingSignIns,
): Promise<Refusal> {
  const token = newId('pending');
  pending.set(token, grant);
  const organizations = await Promise.all(
    memberships.map((each) => context.directory.organization(each.organization_id)),
  );
  return new Refusal(403, {
    code: 'organization_selection_required',
    message: 'The user must choose an organization to finish their authentication.',
    pending_authentication_token: token,
    organizations,
  });
}

function takePending(pending: PendingSignIns, token: string): CodeGrant {
  const grant = pending.get(token);
  pending.delete(token);
  if (grant !== undefined) return grant;
  throw new Refusal(400, {
    code: 'invalid_pending_authentication_token',
    message: 'The pending authentication token is unknown or was used.',
  });
}
