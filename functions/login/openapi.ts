/** The start of a sign-in, described. */
import { loginParameters } from '../shared/http/login-parameters.ts';
import { type Operations, parameters } from '../shared/openapi/operation.ts';
import { pageReply, redirectReply } from '../shared/openapi/reply.ts';
import { nativeParameters, tolerantParameters } from './login-parameters.ts';

const query = parameters(
  { entries: { ...tolerantParameters.entries, ...loginParameters.entries, ...nativeParameters.entries } },
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
    client_id: 'With `origin=native`: the app, as the stage’s settings register it.',
    redirect_uri: 'With `origin=native`: one of the app’s, exactly as registered; a loopback one on any port.',
    state: 'With `origin=native`: comes back as it is. 1 to 128 bytes of text.',
    code_challenge: 'With `origin=native`: SHA-256 of the app’s verifier in base64url (RFC 7636).',
    code_challenge_method: 'With `origin=native`: `S256`.',
    dpop_jkt: 'With `origin=native`: thumbprint of the key that the app’s tokens are to be bound to (RFC 9449 §10).',
  },
);

export const operations = {
  'GET /login': {
    id: 'startLogin',
    summary: 'Starts a sign-in at WorkOS',
    description:
      'A parameter that is given twice, too long or of an unknown value is `invalid_request`: as a page, or to the app with `origin=native` and a known `client_id` and `redirect_uri`.',
    session: 'ignored',
    query,
    replies: {
      200: pageReply('With `error`: what went wrong, and a way to try again. It redirects nobody.'),
      302: redirectReply(
        'To WorkOS, with a `state` and a PKCE challenge (RFC 7636, S256). For an app whose request is wrong: to the app, with `ok=0&error=<code>&state&iss`.',
      ),
    },
    errors: { form: 'page', codes: ['invalid_request', 'invalid_client', 'invalid_redirect_uri'] },
    cookies: 'login',
  },
} satisfies Operations;
