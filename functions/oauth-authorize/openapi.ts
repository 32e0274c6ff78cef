/** The authorization endpoint, described. */
import { type Operations, parameters } from '../shared/openapi/operation.ts';
import { redirectReply } from '../shared/openapi/reply.ts';
import { authorizeParameters } from './authorize-parameters.ts';

const query = parameters(authorizeParameters, {
  response_type: '`code`.',
  client_id: 'The app, as the stage’s settings register it.',
  redirect_uri: 'One of the app’s, exactly as registered; a loopback one on any port (RFC 8252 §7.3).',
  code_challenge: 'SHA-256 of the app’s verifier in base64url (RFC 7636).',
  code_challenge_method: '`S256`.',
  state: 'Comes back as it is. At most 128 bytes of text.',
  scope:
    'Whatever it says, `offline_access` is granted; `openid` and others are dropped, as the token endpoint’s answer says.',
  dpop_jkt: 'Thumbprint of the key that the tokens are to be bound to (RFC 9449 §10).',
  response_mode: '`query`.',
  provider: '`authkit` unless given; another only if the stage’s `providers` list it.',
  connection_id: 'A WorkOS connection, in place of a provider.',
  organization_id: 'A WorkOS organization to sign in to.',
  login_hint: 'The user’s e-mail address, to be filled in.',
  domain_hint: 'The domain of the user’s organization, for providers that ask.',
  screen_hint: 'Which screen of AuthKit comes first.',
  invitation_token: 'From an invitation by WorkOS.',
});

export const operations = {
  'GET /oauth/authorize': {
    id: 'authorize',
    summary: 'Starts a sign-in for an app, in OAuth’s words (RFC 6749)',
    description: `Ends at the app with \`code\`, \`state\` and \`iss\` (RFC 9207), or with \`error\`, \`error_description\` where it says more,
\`state\` and \`iss\`. Unknown parameters are ignored, empty ones are none, and one that is given twice is \`invalid_request\`. What is
wrong is told to the app, unless \`client_id\` or \`redirect_uri\` is: then there is a page.`,
    session: 'ignored',
    query,
    replies: {
      302: redirectReply('To WorkOS, with a `state` and a PKCE challenge of ours; or to the app, with `error`.'),
    },
    errors: { form: 'oauth page', codes: ['invalid_request', 'invalid_client', 'invalid_redirect_uri'] },
    cookies: 'login',
  },
} satisfies Operations;
