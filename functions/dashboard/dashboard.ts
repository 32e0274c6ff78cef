/** `GET /dashboard`: the account page of the user who asks. */
import { AuthError } from '../shared/domain/auth-error.ts';
import type { Clock } from '../shared/domain/clock.ts';
import type { ModuleKeeper } from '../shared/domain/module-keeper.ts';
import type { Module } from '../shared/domain/modules.ts';
import type { NativeClient } from '../shared/domain/native-clients.ts';
import { listOwnSessions, type OwnSessionsParts } from '../shared/domain/own-sessions.ts';
import type { Users } from '../shared/domain/users.ts';
import type { ErrorReply } from '../shared/http/errors.ts';
import type { AuthenticatedEndpoint } from '../shared/http/protected-endpoint.ts';
import { redirect } from '../shared/http/response.ts';
import { dashboardPage } from '../shared/pages/dashboard-page.ts';
import { preferredLanguage } from '../shared/pages/language.ts';
import { readConnectError, readConnectOutcome } from './connect-outcome.ts';

export interface DashboardDependencies extends OwnSessionsParts {
  readonly users: Users;
  readonly connections: Pick<ModuleKeeper, 'list'>;
  /** Those that the stage switches on. */
  readonly modules: readonly Module[];
  /** For the names of apps. */
  readonly nativeClients: readonly Pick<NativeClient, 'id' | 'name'>[];
  readonly clock: Clock;
}

export function dashboard(dependencies: DashboardDependencies): AuthenticatedEndpoint {
  const { users, connections, modules, nativeClients, clock } = dependencies;
  // An app that is registered no more goes by its id.
  const nameOf = (clientId: string): string => nativeClients.find(({ id }) => id === clientId)?.name ?? clientId;
  return async (request, session) => {
    const { userId, sessionId } = session;
    const [user, kept, sessions] = await Promise.all([
      users.find(userId),
      connections.list(userId),
      listOwnSessions(dependencies, userId, clock()),
    ]);
    if (!user) throw new AuthError('user_disabled', 'the user is disabled or deleted');
    const cards = modules.map((module) => ({ module, connection: kept.find((own) => own.module === module.name) }));
    // Organization and roles are this session's; the user's row has those of the last sign-in anywhere.
    const { organizationId, roles, authMethod } = session;
    return dashboardPage({
      language: preferredLanguage(request.headers['accept-language']),
      user: session,
      account: { ...user, organizationId, roles, authMethod },
      modules: cards,
      connectOutcome: readConnectOutcome(request.query, cards),
      sessions: sessions.map(({ clientId, ...listed }) => ({
        ...listed,
        isCurrent: listed.sessionId === sessionId,
        ...(clientId !== undefined && { appName: nameOf(clientId) }),
      })),
    });
  };
}

/** A person without a session signs in and comes back; how a consent ended is still worth knowing then. */
export const signInFirst: ErrorReply = (_error, { query }) => {
  const connectError = readConnectError(query);
  const returnTo = connectError === undefined ? '' : `%3Fconnect_error%3D${connectError}`;
  return redirect(`/login?return_to=/dashboard${returnTo}`);
};
