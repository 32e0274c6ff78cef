/** The way back from AuthKit, described. */
import { type Operations, parameters } from '../shared/openapi/operation.ts';
import { redirectReply } from '../shared/openapi/reply.ts';
import { callbackParameters } from './callback-parameters.ts';

const query = parameters(callbackParameters, {
  code: 'WorkOS’s authorization code.',
  error: 'Why there is no code.',
  state: 'From `/login`. Without it the code stays unused, and the login starts over.',
});

export const operations = {
  'GET /callback': {
    id: 'completeLogin',
    summary: 'Where WorkOS leads the browser back to',
    description: 'For WorkOS alone. A callback that this browser did not start exchanges nothing.',
    session: 'optional',
    query,
    replies: {
      302: redirectReply('To `return_to`, else to the stage’s `afterLogin`; after a failure to `/login?error=<code>`.'),
    },
    errors: { form: 'page', codes: ['no_code', 'session_too_large'] },
    cookies: 'both',
  },
} satisfies Operations;
