/** `GET /sessions` and `DELETE /sessions/{id}`: where else this user is signed in, and ending one of those. */
import * as v from 'valibot';
import { AuthError } from '../shared/domain/auth-error.ts';
import type { Clock } from '../shared/domain/clock.ts';
import { endOwnSession, type EndOwnSessionParts } from '../shared/domain/end-own-session.ts';
import { listOwnSessions, type OwnSession, type OwnSessionsParts } from '../shared/domain/own-sessions.ts';
import { sessionId } from '../shared/domain/session-id.ts';
import type { IsStanding } from '../shared/domain/session-standing.ts';
import type { Session } from '../shared/domain/web-sessions.ts';
import type { AuthenticatedEndpoint } from '../shared/http/protected-endpoint.ts';
import { type HttpResponse, json } from '../shared/http/response.ts';
import { clearSessionCookie } from '../shared/http/session-cookie.ts';
import type { SessionsAnswer } from './sessions-answer.ts';

export interface SessionsDependencies {
  readonly records: EndOwnSessionParts['records'] & OwnSessionsParts['records'];
  readonly nativeSessions: EndOwnSessionParts['nativeSessions'] & OwnSessionsParts['nativeSessions'];
  readonly remote: EndOwnSessionParts['remote'];
  readonly events: EndOwnSessionParts['events'];
  readonly isStanding: IsStanding;
  readonly clock: Clock;
}

const ended: HttpResponse = { status: 204, headers: {}, body: '' };

export function sessions(dependencies: SessionsDependencies): AuthenticatedEndpoint {
  const { isStanding, clock } = dependencies;
  return async (request, session, { log, setCookie }) => {
    const id = request.method === 'DELETE' ? request.path.slice('/sessions/'.length) : undefined;
    const isCurrent = id === session.sessionId;
    // A session may end itself even when it is ended here already: WorkOS may not have heard of it.
    if (!isCurrent && !(await isStanding(session))) {
      throw new AuthError('unauthenticated', 'the session was ended, or its user disabled or deleted');
    }
    const now = clock();
    if (id === undefined) return listed(await listOwnSessions(dependencies, session.userId, now), session);

    const isOwn = v.is(sessionId, id) && (await endOwnSession(dependencies, id, session, { log, now }));
    if (!isOwn) throw new AuthError('not_found', 'no such session of this user');
    // Last: without the cookie nobody could repeat a DELETE that WorkOS did not hear.
    if (isCurrent && session.kind === 'web') setCookie(clearSessionCookie());
    return ended;
  };
}

function listed(own: readonly OwnSession[], current: Session): HttpResponse {
  return json(200, {
    sessions: own.map(({ sessionId: id, kind, createdAt, lastSeenAt, client }) => ({
      id,
      kind,
      current: id === current.sessionId,
      createdAt: createdAt.toISOString(),
      lastSeenAt: lastSeenAt.toISOString(),
      userAgent: client.userAgent ?? null,
      ip: client.ipAddress ?? null,
    })),
  } satisfies SessionsAnswer);
}
