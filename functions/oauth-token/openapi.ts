/** The token endpoint, described. */
import { dpopHeader } from '../shared/openapi/dpop-header.ts';
import { triesToAuthenticate } from '../shared/openapi/oauth-replies.ts';
import type { Operations } from '../shared/openapi/operation.ts';
import { jsonReply } from '../shared/openapi/reply.ts';
import { tokenAnswer } from './token-answer.ts';
import { tokenRequest } from './token-parameters.ts';

export const schemas = { TokenAnswer: tokenAnswer };

export const operations = {
  'POST /oauth/token': {
    id: 'requestToken',
    summary: 'Exchanges a code or a refresh token for tokens (RFC 6749)',
    description: `A \`DPoP\` proof (RFC 9449) binds both tokens to its key, unless \`dpop_jkt\` has named another. It is judged first:
after \`invalid_dpop_proof\` nothing is spent. A code is spent by the first well-formed attempt, and \`invalid_grant\` is one answer
for all that can be wrong with it. A session that began without a key is not bound later. There is no ID token.`,
    session: 'ignored',
    header: dpopHeader,
    body: { 'application/x-www-form-urlencoded': tokenRequest },
    replies: {
      200: { ...jsonReply('Tokens.', tokenAnswer), headers: ['NotKept'] },
      401: triesToAuthenticate,
    },
    errors: {
      form: 'oauth',
      codes: ['invalid_client', 'invalid_dpop_proof', 'invalid_grant', 'invalid_request', 'unsupported_grant_type'],
    },
  },
} satisfies Operations;
