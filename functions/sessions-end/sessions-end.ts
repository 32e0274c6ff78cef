/** `POST /sessions/{id}/end`: what a form of the account page can send where a script would send `DELETE /sessions/{id}`. */
import * as v from 'valibot';
import { AuthError } from '../shared/domain/auth-error.ts';
import type { Clock } from '../shared/domain/clock.ts';
import { endOwnSession, type EndOwnSessionParts } from '../shared/domain/end-own-session.ts';
import { sessionId } from '../shared/domain/session-id.ts';
import type { AuthenticatedEndpoint } from '../shared/http/protected-endpoint.ts';
import { clearSessionCookie } from '../shared/http/session-cookie.ts';

export interface SessionsEndDependencies extends EndOwnSessionParts {
  readonly clock: Clock;
}

export function sessionsEnd(dependencies: SessionsEndDependencies): AuthenticatedEndpoint {
  return async (request, session, { log, setCookie }) => {
    const id = request.path.slice('/sessions/'.length, -'/end'.length);
    const now = dependencies.clock();
    const isOwn = v.is(sessionId, id) && (await endOwnSession(dependencies, id, session, { log, now }));
    if (!isOwn) throw new AuthError('not_found', 'no such session of this user');
    if (id === session.sessionId) setCookie(clearSessionCookie());
    // 303 (RFC 9110 §15.4.4): to the page that the form was on.
    return { status: 303, headers: { location: '/dashboard' }, body: '' };
  };
}
