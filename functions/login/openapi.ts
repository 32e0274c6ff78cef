/** The start of a sign-in, described. */
import { type Operations, parameters } from '../shared/openapi/operation.ts';
import { pageReply, redirectReply } from '../shared/openapi/reply.ts';
import { loginParameters, tolerantParameters } from './login-parameters.ts';

const query = parameters(
  { entries: { ...tolerantParameters.entries, ...loginParameters.entries } },
  {
    return_to:
      'Where the login ends: a path of this origin, or a URL of an origin that the stage’s `webOrigins` list, at most 256 bytes. Anything else is ignored, as are `/login`, `/logout` and `/callback`.',
    error: 'Why the last login failed. With it the answer is a page; an unknown code is shown as `auth_failed`.',
    origin: 'What the login is for.',
    provider: '`authkit` unless given; another only if the stage’s `providers` list it.',
    connection_id: 'A WorkOS connection, in place of a provider.',
    organization_id: 'A WorkOS organization to sign in to.',
    login_hint: 'The user’s e-mail address, to be filled in.',
    domain_hint: 'The domain of the user’s organization, for providers that ask.',
    screen_hint: 'Which screen of AuthKit comes first.',
    invitation_token: 'From an invitation by WorkOS.',
  },
);

export const operations = {
  'GET /login': {
    id: 'startLogin',
    summary: 'Starts a sign-in at WorkOS',
    description: 'A parameter that is given twice, too long or of an unknown value is `invalid_request`.',
    session: 'ignored',
    query,
    replies: {
      200: pageReply('With `error`: what went wrong, and a way to try again. It redirects nobody.'),
      302: redirectReply('To WorkOS, with a `state` and a PKCE challenge (RFC 7636, S256).'),
    },
    errors: { form: 'page', codes: ['invalid_request'] },
    cookies: 'login',
  },
} satisfies Operations;
