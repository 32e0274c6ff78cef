/** The account page, described. */
import * as v from 'valibot';
import { connectErrorCodes } from '../shared/domain/auth-error.ts';
import { type Operations, parameters } from '../shared/openapi/operation.ts';
import { pageReply, redirectReply } from '../shared/openapi/reply.ts';

/** Read one by one, and ignored where unknown: see connect-outcome.ts. */
const connectOutcome = {
  entries: { connected: v.optional(v.string()), connect_error: v.optional(v.picklist(connectErrorCodes)) },
};

export const operations = {
  'GET /dashboard': {
    id: 'getDashboard',
    summary: 'The account page',
    session: 'required',
    query: parameters(connectOutcome, {
      connected: 'A module: the page says that it is connected, if it is. A consent comes back with it.',
      connect_error: 'Why a consent came to nothing: the page says so.',
    }),
    replies: {
      200: pageReply('Who is signed in, how, since when, where else, and what is connected.'),
      302: redirectReply(
        'Not signed in: to `/login?return_to=/dashboard`, and with a known `connect_error` back to that.',
      ),
    },
    errors: { form: 'page', codes: ['session_too_large', 'user_disabled'] },
    cookies: 'session',
  },
} satisfies Operations;
