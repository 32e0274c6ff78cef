/** `GET /session`: who is signed in, for a front end's script or an app. */
import type { AuthenticatedEndpoint } from '../shared/http/protected-endpoint.ts';
import { json } from '../shared/http/response.ts';
import type { SessionAnswer } from './session-answer.ts';

export const session: AuthenticatedEndpoint = (_request, { userId, impersonator, expiresAt, ...rest }) =>
  json(200, {
    authenticated: true,
    uid: userId,
    email: rest.email,
    name: rest.name,
    pictureUrl: rest.pictureUrl ?? null,
    organizationId: rest.organizationId ?? null,
    roles: rest.roles,
    authMethod: rest.authMethod ?? null,
    ...(impersonator && { impersonator }),
    sessionId: rest.sessionId,
    expiresAt: expiresAt.toISOString(),
  } satisfies SessionAnswer);
