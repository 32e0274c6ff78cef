/** Who is signed in, described. */
import type { Operations } from '../shared/openapi/operation.ts';
import { jsonReply } from '../shared/openapi/reply.ts';
import { impersonator, sessionAnswer } from './session-answer.ts';

export const schemas = { SessionAnswer: sessionAnswer, Impersonator: impersonator };

export const operations = {
  'GET /session': {
    id: 'getSession',
    summary: 'Who is signed in',
    description: 'On `temporarily_unavailable` the session is still there: try again after `Retry-After` seconds.',
    session: 'required',
    takesTokens: true,
    replies: {
      200: jsonReply(
        'The user: of a cookie as the session’s access token and WorkOS’s profile have it, of a JWT as our rows do.',
        sessionAnswer,
      ),
    },
    errors: { form: 'json', codes: ['session_too_large', 'unauthenticated'] },
    cookies: 'session',
  },
} satisfies Operations;
