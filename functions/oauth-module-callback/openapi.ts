/** The way back from a consent, described. */
import * as v from 'valibot';
import { type Operations, parameters } from '../shared/openapi/operation.ts';
import { redirectReply } from '../shared/openapi/reply.ts';
import { consentAnswer } from './consent-answer.ts';

export const operations = {
  'GET /oauth/{module}/callback': {
    id: 'completeConnect',
    summary: 'Where a provider, or WorkOS by way of `/callback`, leads the browser back to',
    description:
      'For providers alone. An answer to a consent that this browser and its session did not start exchanges nothing.',
    session: 'optional',
    path: parameters({ entries: { module: v.string() } }, { module: 'The one that was consented to.' }),
    query: parameters(consentAnswer, {
      code: 'An authorization code, WorkOS’s or the provider’s.',
      error: 'Why there is no code.',
      state: 'From `GET /oauth/{module}/connect`.',
      iss: 'Who answers (RFC 9207), where the provider says so.',
    }),
    replies: {
      302: redirectReply(
        'To `return_to`, else to `/dashboard`, with `connected=<module>` or `connect_error=<code>`. To an app: with `ok=1&module&ticket&state&iss`, after a failure with `ok=0&error=<code>&module&state&iss`.',
      ),
    },
    errors: { form: 'page', codes: ['impersonated', 'invalid_redirect_uri', 'not_found', 'session_too_large'] },
    cookies: 'both',
  },
} satisfies Operations;
