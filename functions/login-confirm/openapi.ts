/** The answer to the question before an app is signed in, described. */
import type { Operations } from '../shared/openapi/operation.ts';
import { redirectReply } from '../shared/openapi/reply.ts';
import { confirmationParameters } from './confirmation-parameters.ts';

export const operations = {
  'POST /login/confirm': {
    id: 'confirmLogin',
    summary: 'Whether an app may have the user signed in',
    description:
      'For the form of our own page alone (`application/x-www-form-urlencoded`), in the browser that was shown it, within ten minutes.',
    session: 'ignored',
    body: { 'application/x-www-form-urlencoded': confirmationParameters },
    replies: {
      303: redirectReply(
        'To the app: with `ok=1&uid&ticket&state&iss`, or with `ok=0&error=access_denied&state&iss` after `Cancel`.',
      ),
    },
    errors: { form: 'page', codes: ['cross_site', 'invalid_request', 'login_expired', 'unsupported_media_type'] },
    cookies: 'login',
  },
} satisfies Operations;
