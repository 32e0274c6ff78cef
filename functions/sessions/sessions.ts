/** `GET /sessions` and `DELETE /sessions/{id}`: where else this user is signed in, and ending one of those. */
import * as v from 'valibot';
import { AuthError } from '../shared/domain/auth-error.ts';
import type { Clock } from '../shared/domain/clock.ts';
import type { RemoteSessions } from '../shared/domain/remote-sessions.ts';
import { sessionId } from '../shared/domain/session-id.ts';
import type { SessionRecord, SessionRecords } from '../shared/domain/session-records.ts';
import type { IsStanding } from '../shared/domain/session-standing.ts';
import type { Session } from '../shared/domain/web-sessions.ts';
import type { AuthenticatedEndpoint } from '../shared/http/protected-endpoint.ts';
import { type HttpResponse, json } from '../shared/http/response.ts';
import type { Exchange } from '../shared/http/serve.ts';
import { clearSessionCookie } from '../shared/http/session-cookie.ts';
import type { SessionsAnswer } from './sessions-answer.ts';

export interface SessionsDependencies {
  readonly records: SessionRecords;
  readonly isStanding: IsStanding;
  readonly remote: RemoteSessions;
  readonly clock: Clock;
}

export function sessions(dependencies: SessionsDependencies): AuthenticatedEndpoint {
  const { records, isStanding, clock } = dependencies;
  return async (request, session, exchange) => {
    const id = request.method === 'DELETE' ? request.path.slice('/sessions/'.length) : undefined;
    const isCurrent = id === session.sessionId;
    // A session may end itself even when it is ended here already: WorkOS may not have heard of it.
    if (!isCurrent && !(await isStanding(session))) {
      throw new AuthError('unauthenticated', 'the session was ended, or its user disabled or deleted');
    }
    if (id === undefined) return listed(await records.list(session.userId, clock()), session);

    // Somebody else's session is not there, as far as this user is told. One that has ended is: a DELETE may be repeated.
    const isOwn = isCurrent || (v.is(sessionId, id) && (await records.ownerOf(id)) === session.userId);
    if (!isOwn) throw new AuthError('not_found', 'no such session of this user');
    return endOne(id, session, dependencies, exchange);
  };
}

async function endOne(
  id: string,
  { sessionId: currentId, userId, workosUserId }: Session,
  { records, remote, clock }: SessionsDependencies,
  { log, setCookie }: Exchange,
): Promise<HttpResponse> {
  // First: a refresh under way finds it ended, and nothing that reads the row takes it any more.
  await records.end({ sessionId: id, userId }, clock());
  log.info('session.ended_by_user', { userId, isCurrent: id === currentId });
  await remote.revoke({ workosUserId, sessionId: id });
  // Last: without the cookie nobody could repeat a DELETE that WorkOS did not hear.
  if (id === currentId) setCookie(clearSessionCookie());
  return { status: 204, headers: {}, body: '' };
}

function listed(own: readonly SessionRecord[], current: Session): HttpResponse {
  return json(200, {
    sessions: own.map(({ sessionId: id, createdAt, lastSeenAt, client }) => ({
      id,
      kind: 'web',
      current: id === current.sessionId,
      createdAt: createdAt.toISOString(),
      lastSeenAt: lastSeenAt.toISOString(),
      userAgent: client.userAgent ?? null,
      ip: client.ipAddress ?? null,
    })),
  } satisfies SessionsAnswer);
}
