/** The start of a consent to a module, described. */
import * as v from 'valibot';
import { type Operations, parameters } from '../shared/openapi/operation.ts';
import { pageReply, redirectReply } from '../shared/openapi/reply.ts';

/** Read one by one: a `return_to` that is not allowed stops no consent. */
const query = { entries: { return_to: v.optional(v.string()), request: v.optional(v.string()) } };

export const operations = {
  'GET /oauth/{module}/connect': {
    id: 'startConnect',
    summary: 'Starts the consent to a module',
    description:
      'For people: a link on a page leads here. It ends with 302 to `return_to`, with `connected=<module>` or with `connect_error=<code>`. Refused or failed, the sign-in and an earlier connection stay as they were.',
    session: 'optional',
    path: parameters({ entries: { module: v.string() } }, { module: 'One that the stage’s settings switch on.' }),
    query: parameters(query, {
      return_to:
        'Where the consent ends: as for `/login`, and `/dashboard` unless given. Anything that is not allowed is ignored.',
      request:
        'From `POST /oauth/{module}/connect`: the consent is for an app, and this browser’s own session plays no part.',
    }),
    replies: {
      200: pageReply('For who comes from another site: whether they want to.'),
      302: redirectReply(
        'To the provider or to WorkOS, with a `state` and a PKCE challenge. Not signed in: to `/login`, and back. To an app whose session has ended: with `ok=0&error=session_changed&module&state&iss`.',
      ),
    },
    errors: {
      form: 'page',
      codes: [
        'impersonated',
        'invalid_client',
        'invalid_redirect_uri',
        'invalid_request',
        'invalid_ticket',
        'not_found',
        'session_too_large',
      ],
    },
    cookies: 'both',
  },
} satisfies Operations;
