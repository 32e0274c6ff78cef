/** Refreshing a native session, described. */
import { grantedTokens } from '../shared/domain/native-grants.ts';
import { dpopHeader } from '../shared/openapi/dpop-header.ts';
import type { Operations } from '../shared/openapi/operation.ts';
import { jsonReply } from '../shared/openapi/reply.ts';
import { refreshRequest } from './refresh-parameters.ts';

export const schemas = { RefreshRequest: refreshRequest };

export const operations = {
  'POST /native/session/refresh': {
    id: 'refreshNativeSession',
    summary: 'Exchanges a refresh token for a JWT and the next refresh token',
    description: `An answer that was lost may be asked for again: for 30 seconds the same refresh token gets the same successor, until that
has been used. An older one ends the session, since somebody else may have it. Bound tokens (\`tokenType\` \`DPoP\`) need a \`DPoP\` proof
by their key; without one, and after 503, nothing is spent.`,
    session: 'ignored',
    header: dpopHeader,
    body: { 'application/json': refreshRequest },
    replies: { 200: jsonReply('The session goes on.', grantedTokens) },
    errors: {
      form: 'json',
      codes: ['invalid_dpop_proof', 'invalid_grant', 'invalid_request', 'unsupported_media_type'],
    },
  },
} satisfies Operations;
