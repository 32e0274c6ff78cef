/** Ending and listing sessions: /user_management/sessions/logout, /sessions/revoke, /users/{id}/sessions. */
import { stringifySetCookie } from 'cookie';
import { browserCookie } from './grant-code.ts';
import type { Context } from './context.ts';
import { json, redirect, type FrontRequest, type Reply } from '../front/http.ts';
import { errorPage } from '../front/page.ts';
import { readParameters } from './parameters.ts';
import { Refusal } from '../front/refusal.ts';
import { notFound } from './refusals.ts';
import type { Session } from './sessions.ts';

/** A browser is sent here to sign out. Needs no key: the session's id is secret enough to end it. */
export function logout(context: Context, { url, cookies }: FrontRequest): Reply {
  const sessionId = url.searchParams.get('session_id');
  if (sessionId === null || sessionId === '') throw new Refusal(422, { message: 'session_id is required.' });
  endSession(context, sessionId);
  context.browsers.delete(cookies[browserCookie.name] ?? '');
  const returnTo = url.searchParams.get('return_to') ?? context.logoutReturnUris[0];
  if (returnTo === undefined || !context.logoutReturnUris.includes(returnTo)) {
    return errorPage(
      'local AuthKit',
      'app-homepage-url-not-found',
      'The sign-out redirect is not registered for this environment.',
    );
  }
  return redirect(returnTo, { 'set-cookie': stringifySetCookie({ ...browserCookie, value: '', maxAge: 0 }) });
}

/** Ends a session for the application's server; a session that has ended already is no error. */
export function revoke(context: Context, request: FrontRequest): Reply {
  const sessionId = readParameters(request).required('session_id');
  if (context.sessions.find(sessionId) === undefined) {
    throw new Refusal(400, { message: `Session not found: '${sessionId}'.` });
  }
  endSession(context, sessionId);
  return { status: 200, headers: {}, body: '' };
}

/** Told to the application, unless it had ended before. */
export function endSession({ sessions, webhooks }: Context, sessionId: string): void {
  const wasActive = sessions.find(sessionId)?.endedAt === undefined;
  sessions.end(sessionId);
  const ended = sessions.find(sessionId);
  if (ended !== undefined && wasActive) webhooks.emit('session.revoked', toWire(ended));
}

/** The user's active sessions, newest first. */
export async function listSessions(context: Context, userId: string): Promise<Reply> {
  if ((await context.directory.userById(userId)) === undefined) throw notFound('User', userId);
  const sessions = context.sessions.all().filter((each) => each.userId === userId && context.sessions.isActive(each));
  return json(200, {
    object: 'list',
    data: sessions.toReversed().map(toWire),
    list_metadata: { before: null, after: null },
  });
}

function toWire(session: Session): unknown {
  return {
    object: 'session',
    id: session.id,
    user_id: session.userId,
    organization_id: session.organizationId,
    ip_address: session.ipAddress ?? null,
    user_agent: session.userAgent ?? null,
    auth_method: toSessionMethod(session.authenticationMethod),
    impersonator: session.impersonator,
    status: session.endedAt === undefined ? 'active' : 'revoked',
    expires_at: session.expiresAt.toISOString(),
    ended_at: session.endedAt?.toISOString() ?? null,
    created_at: session.createdAt.toISOString(),
    updated_at: (session.endedAt ?? session.createdAt).toISOString(),
  };
}

/** A session's `auth_method` has words of its own. */
function toSessionMethod(authenticationMethod: string): string {
  if (authenticationMethod === 'SSO') return 'sso';
  return authenticationMethod.endsWith('OAuth') ? 'oauth' : authenticationMethod.toLowerCase();
}
