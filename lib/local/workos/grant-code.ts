/** The end of every sign-in at the local AuthKit: back to the application with a code. */
import { stringifySetCookie } from 'cookie';
import { redirect, type Reply, withParameters } from '../front/http.ts';
import type { AuthorizationRequest } from './authorization-request.ts';
import type { Context, OauthTokens } from './context.ts';
import type { User } from './directory.ts';
import { newId } from './ids.ts';

/** AuthKit's own session in the browser. localhost shares its cookies between ports, so no application may use this name. */
export const browserCookie = {
  name: 'local-authkit-session',
  path: '/user_management',
  httpOnly: true,
  sameSite: 'lax',
} as const;

/** Someone who may sign in under a request, with the organizations it leaves open to them. */
export interface Candidate {
  readonly user: User;
  readonly organizations: readonly { readonly id: string; readonly name: string }[];
}

export function grantCode(
  context: Context,
  request: AuthorizationRequest,
  { user, organizations }: Candidate,
  signIn: {
    readonly authenticatedAt: Date;
    readonly organizationId?: string;
    readonly oauthTokens?: OauthTokens;
  },
): Reply {
  const { signInWith } = request;
  const impersonator = context.impersonators.get(user.id);
  // AuthKit's pages end with an organization: the chosen one, here else the first. A provider knows none, so that for a
  // member of several the choice is left to `authenticate`, which then answers organization_selection_required.
  const hasOrganizationStep = signInWith.kind !== 'provider' || signInWith.provider === 'authkit';
  const fallback = hasOrganizationStep ? organizations[0]?.id : undefined;
  const code = context.codes.issue({
    userId: user.id,
    organizationId: signIn.organizationId ?? request.organizationId ?? fallback,
    authenticationMethod: impersonator === undefined ? methodOf(signInWith) : 'Impersonation',
    authenticatedAt: signIn.authenticatedAt,
    impersonator,
    codeChallenge: request.codeChallenge,
    oauthTokens: signIn.oauthTokens,
  });
  return redirect(withParameters(request.redirectUri, { code, state: request.state }), {
    ...(context.settings.rememberSignIn ? rememberBrowser(context, user.id, signIn.authenticatedAt) : {}),
  });
}

function methodOf(signInWith: AuthorizationRequest['signInWith']): string {
  if (signInWith.kind !== 'provider') return 'SSO';
  return signInWith.provider === 'authkit' ? 'Password' : signInWith.provider;
}

function rememberBrowser(context: Context, userId: string, authenticatedAt: Date): Readonly<Record<string, string>> {
  const id = newId('browser');
  context.browsers.set(id, { userId, authenticatedAt });
  return { 'set-cookie': stringifySetCookie({ ...browserCookie, value: id }) };
}
