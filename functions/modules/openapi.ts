/** A user's modules and the end of one, described. */
import * as v from 'valibot';
import { moduleAnswer } from '../shared/http/module-answer.ts';
import { type Operations, parameters } from '../shared/openapi/operation.ts';
import { jsonReply } from '../shared/openapi/reply.ts';
import { modulesAnswer } from './modules-answer.ts';

export const schemas = { ModulesAnswer: modulesAnswer, ModuleAnswer: moduleAnswer };

export const operations = {
  'GET /modules': {
    id: 'listModules',
    summary: 'What this user has connected',
    session: 'required',
    takesTokens: true,
    replies: { 200: jsonReply('Every module of this stage, in the order of its settings.', modulesAnswer) },
    errors: { form: 'json', codes: ['session_too_large', 'unauthenticated'] },
    cookies: 'session',
  },
  'DELETE /modules/{module}': {
    id: 'disconnectModule',
    summary: 'Forgets what a provider granted for a module',
    description: `The tokens are gone when this answers. What became of the grant at the provider is in \`Upstream-Revocation\`. A
module that is not connected, or no more, answers 409.`,
    session: 'required',
    takesTokens: true,
    path: parameters({ entries: { module: v.string() } }, { module: 'From `GET /modules`.' }),
    replies: { 204: { description: 'It is disconnected.', headers: ['UpstreamRevocation'] } },
    errors: {
      form: 'json',
      codes: [
        'cross_site',
        'impersonated',
        'module_not_connected',
        'not_found',
        'session_too_large',
        'unauthenticated',
      ],
    },
    cookies: 'session',
  },
} satisfies Operations;
