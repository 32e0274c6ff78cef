/** A user's sessions and the end of one, described. */
import { sessionId } from '../shared/domain/session-id.ts';
import { type Operations, parameters } from '../shared/openapi/operation.ts';
import { jsonReply } from '../shared/openapi/reply.ts';
import { listedSession, sessionsAnswer } from './sessions-answer.ts';

export const schemas = { SessionsAnswer: sessionsAnswer, ListedSession: listedSession };

export const operations = {
  'GET /sessions': {
    id: 'listSessions',
    summary: 'Where this user is signed in',
    session: 'required',
    takesTokens: true,
    replies: { 200: jsonReply('The sessions that nobody has ended.', sessionsAnswer) },
    errors: { form: 'json', codes: ['session_too_large', 'unauthenticated'] },
    cookies: 'session',
  },
  'DELETE /sessions/{id}': {
    id: 'endSession',
    summary: 'Ends a session of this user, at WorkOS too',
    description: 'May be repeated: a session that has ended already is ended again.',
    session: 'required',
    takesTokens: true,
    path: parameters({ entries: { id: sessionId } }, { id: 'From `GET /sessions`.' }),
    replies: { 204: { description: 'It has ended. If it was the one that asks, its cookie is gone.' } },
    errors: { form: 'json', codes: ['cross_site', 'not_found', 'session_too_large', 'unauthenticated'] },
    cookies: 'session',
  },
} satisfies Operations;
