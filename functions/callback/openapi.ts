/** The way back from AuthKit, described. */
import { type Operations, parameters } from '../shared/openapi/operation.ts';
import { pageReply, redirectReply } from '../shared/openapi/reply.ts';
import { callbackParameters } from './callback-parameters.ts';

const query = parameters(callbackParameters, {
  code: 'WorkOS’s authorization code.',
  error: 'Why there is no code.',
  state:
    'From `/login`, or from `/oauth/{module}/connect`. Without it the code stays unused, and the login starts over.',
});

export const operations = {
  'GET /callback': {
    id: 'completeLogin',
    summary: 'Where WorkOS leads the browser back to',
    description: 'For WorkOS alone. A callback that this browser did not start exchanges nothing.',
    session: 'optional',
    query,
    replies: {
      200: pageReply('An app’s login whose person is asked first: a form to `/login/confirm`.'),
      302: redirectReply(
        'To `return_to`, else to the stage’s `afterLogin`; after a failure to `/login?error=<code>`. To an app: with `ok=1&uid&ticket&state&iss`, after a failure with `ok=0&error=<code>&state&iss`. What a consent to a module came back with goes on to `/oauth/{module}/callback`.',
      ),
    },
    errors: { form: 'page', codes: ['no_code', 'session_too_large'] },
    cookies: 'both',
  },
} satisfies Operations;
