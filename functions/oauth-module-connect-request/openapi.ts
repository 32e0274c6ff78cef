/** The first half of an app's way to connect a module, described. */
import * as v from 'valibot';
import { type Operations, parameters } from '../shared/openapi/operation.ts';
import { jsonReply } from '../shared/openapi/reply.ts';
import { connectAnswer, connectParameters } from './connect-parameters.ts';

export const schemas = { ConnectRequest: connectParameters, ConnectAnswer: connectAnswer };

export const operations = {
  'POST /oauth/{module}/connect': {
    id: 'requestConnect',
    summary: 'Asks for an address at which an app’s user can consent to a module',
    description: `The app opens \`url\` in the system browser. It comes back at
\`<redirect_uri>?ok=1&module&ticket&state&iss\`, after a failure at \`<redirect_uri>?ok=0&error&module&state&iss\`. Nothing is connected
until the app brings the ticket to \`POST /oauth/{module}/finish\`.`,
    session: 'ignored',
    takesTokens: true,
    path: parameters({ entries: { module: v.string() } }, { module: 'One that the stage’s settings switch on.' }),
    body: { 'application/json': connectParameters },
    replies: { 201: jsonReply('The consent can be given.', connectAnswer) },
    errors: {
      form: 'oauth json',
      codes: [
        'impersonated',
        'invalid_client',
        'invalid_redirect_uri',
        'invalid_request',
        'not_found',
        'unauthenticated',
      ],
    },
  },
} satisfies Operations;
