/** The revocation endpoint, described. */
import { triesToAuthenticate } from '../shared/openapi/oauth-replies.ts';
import type { Operations } from '../shared/openapi/operation.ts';
import { revocationRequest } from './revocation-parameters.ts';

export const operations = {
  'POST /oauth/revoke': {
    id: 'revokeToken',
    summary: 'Ends the session that a token belongs to, here and at WorkOS (RFC 7009)',
    description: `Either kind of token ends the whole session. One that is unknown, expired or revoked already is answered the same.
\`invalid_grant\`: it is another client’s, and stays as it was. After 503 the session may have ended here and not at WorkOS: send it
again.`,
    session: 'ignored',
    body: { 'application/x-www-form-urlencoded': revocationRequest },
    replies: { 200: { description: 'There is no such token any more.' }, 401: triesToAuthenticate },
    errors: { form: 'oauth', codes: ['invalid_client', 'invalid_grant', 'invalid_request'] },
  },
} satisfies Operations;
