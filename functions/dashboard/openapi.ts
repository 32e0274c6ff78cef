/** The account page, described. */
import type { Operations } from '../shared/openapi/operation.ts';
import { pageReply, redirectReply } from '../shared/openapi/reply.ts';

export const operations = {
  'GET /dashboard': {
    id: 'getDashboard',
    summary: 'The account page',
    session: 'required',
    replies: {
      200: pageReply('Who is signed in, how, since when, and where else.'),
      302: redirectReply('Not signed in: to `/login?return_to=/dashboard`.'),
    },
    errors: { form: 'page', codes: ['session_too_large', 'user_disabled'] },
    cookies: 'session',
  },
} satisfies Operations;
