/** `GET /dashboard`: the account page of the user who asks. */
import { AuthError } from '../shared/domain/auth-error.ts';
import type { Clock } from '../shared/domain/clock.ts';
import type { NativeClient } from '../shared/domain/native-clients.ts';
import { listOwnSessions, type OwnSessionsParts } from '../shared/domain/own-sessions.ts';
import type { Users } from '../shared/domain/users.ts';
import type { ErrorReply } from '../shared/http/errors.ts';
import type { AuthenticatedEndpoint } from '../shared/http/protected-endpoint.ts';
import { redirect } from '../shared/http/response.ts';
import { dashboardPage } from '../shared/pages/dashboard-page.ts';
import { preferredLanguage } from '../shared/pages/language.ts';

export interface DashboardDependencies extends OwnSessionsParts {
  readonly users: Users;
  /** For the names of apps. */
  readonly nativeClients: readonly Pick<NativeClient, 'id' | 'name'>[];
  readonly clock: Clock;
}

export function dashboard(dependencies: DashboardDependencies): AuthenticatedEndpoint {
  const { users, nativeClients, clock } = dependencies;
  // An app that is registered no more goes by its id.
  const nameOf = (clientId: string): string => nativeClients.find(({ id }) => id === clientId)?.name ?? clientId;
  return async (request, session) => {
    const { userId, sessionId } = session;
    const [user, sessions] = await Promise.all([users.find(userId), listOwnSessions(dependencies, userId, clock())]);
    if (!user) throw new AuthError('user_disabled', 'the user is disabled or deleted');
    // Organization and roles are this session's; the user's row has those of the last sign-in anywhere.
    const { organizationId, roles, authMethod } = session;
    return dashboardPage({
      language: preferredLanguage(request.headers['accept-language']),
      user: session,
      account: { ...user, organizationId, roles, authMethod },
      sessions: sessions.map(({ clientId, ...listed }) => ({
        ...listed,
        isCurrent: listed.sessionId === sessionId,
        ...(clientId !== undefined && { appName: nameOf(clientId) }),
      })),
    });
  };
}

/** A person without a session signs in and comes back. */
export const signInFirst: ErrorReply = () => redirect('/login?return_to=/dashboard');
