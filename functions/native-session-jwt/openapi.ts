/** From a ticket to tokens, described. */
import { grantedTokens } from '../shared/domain/native-grants.ts';
import { dpopHeader } from '../shared/openapi/dpop-header.ts';
import type { Operations } from '../shared/openapi/operation.ts';
import { jsonReply } from '../shared/openapi/reply.ts';
import { deviceProof, redemption } from './redemption-parameters.ts';

export const schemas = { DeviceProof: deviceProof, Redemption: redemption, GrantedTokens: grantedTokens };

export const operations = {
  'POST /native/session/jwt': {
    id: 'redeemTicket',
    summary: 'Exchanges a ticket and the app’s proof for a JWT and a refresh token',
    description: `\`invalid_device_proof\` is one answer for all that can be wrong with a proof, and the ticket is gone then; after 400 it
is still there. Where \`/login\` was given \`dpop_jkt\`, a \`DPoP\` proof by that key is part of the proof, and its absence too spends the
ticket. Where it was not, a proof is checked and has no further effect: the tokens are not bound.`,
    session: 'ignored',
    header: dpopHeader,
    body: { 'application/json': redemption },
    replies: { 200: jsonReply('A session has begun.', grantedTokens) },
    errors: {
      form: 'json',
      codes: [
        'invalid_device_proof',
        'invalid_dpop_proof',
        'invalid_request',
        'missing_uid',
        'no_jwt',
        'unsupported_media_type',
      ],
    },
  },
} satisfies Operations;
