/** `GET /dashboard`: the account page of the user who asks. */
import { AuthError } from '../shared/domain/auth-error.ts';
import type { Users } from '../shared/domain/users.ts';
import type { ErrorReply } from '../shared/http/errors.ts';
import type { AuthenticatedEndpoint } from '../shared/http/protected-endpoint.ts';
import { redirect } from '../shared/http/response.ts';
import { dashboardPage } from '../shared/pages/dashboard-page.ts';
import { preferredLanguage } from '../shared/pages/language.ts';

export function dashboard({ users }: { readonly users: Users }): AuthenticatedEndpoint {
  return async (request, session) => {
    const user = await users.find(session.userId);
    if (!user) throw new AuthError('user_disabled', 'the user is disabled or deleted');
    // Organization and roles are this session's; the user's row has those of the last sign-in anywhere.
    const { organizationId, roles, authMethod } = session;
    return dashboardPage({
      language: preferredLanguage(request.headers['accept-language']),
      user: session,
      account: { ...user, organizationId, roles, authMethod },
    });
  };
}

/** A person without a session signs in and comes back. */
export const signInFirst: ErrorReply = () => redirect('/login?return_to=/dashboard');
