/** The second half of an app's way to connect a module, described. */
import * as v from 'valibot';
import { moduleAnswer } from '../shared/http/module-answer.ts';
import { type Operations, parameters } from '../shared/openapi/operation.ts';
import { jsonReply } from '../shared/openapi/reply.ts';
import { finishParameters } from './finish-parameters.ts';

export const schemas = { FinishRequest: finishParameters };

export const operations = {
  'POST /oauth/{module}/finish': {
    id: 'finishConnect',
    summary: 'Connects a module by the ticket that the browser brought to the app',
    description: `With a JWT of the session that asked at \`POST /oauth/{module}/connect\`, within two minutes of the consent. \`invalid_ticket\` is
one answer for all that can be wrong with a ticket, and the ticket is gone then.`,
    session: 'ignored',
    takesTokens: true,
    path: parameters({ entries: { module: v.string() } }, { module: 'The one that the redirect names.' }),
    body: { 'application/json': finishParameters },
    replies: { 200: jsonReply('It is connected, as in `GET /modules`.', moduleAnswer) },
    errors: {
      form: 'oauth json',
      codes: [
        'account_taken',
        'impersonated',
        'invalid_request',
        'invalid_ticket',
        'not_found',
        'unauthenticated',
        'user_disabled',
      ],
    },
  },
} satisfies Operations;
