/** The end of a session by a form, described. */
import { sessionId } from '../shared/domain/session-id.ts';
import { type Operations, parameters } from '../shared/openapi/operation.ts';
import { redirectReply } from '../shared/openapi/reply.ts';

export const operations = {
  'POST /sessions/{id}/end': {
    id: 'endSessionByForm',
    summary: 'Ends a session of this user, for the forms of the account page',
    session: 'required',
    path: parameters({ entries: { id: sessionId } }, { id: 'From `GET /sessions`.' }),
    replies: { 303: redirectReply('It has ended: back to `/dashboard`.') },
    errors: { form: 'page', codes: ['cross_site', 'not_found', 'session_too_large', 'unauthenticated'] },
    cookies: 'session',
  },
} satisfies Operations;
