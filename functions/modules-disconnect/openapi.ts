/** The end of a connection by a form, described. */
import * as v from 'valibot';
import { type Operations, parameters } from '../shared/openapi/operation.ts';
import { redirectReply } from '../shared/openapi/reply.ts';

export const operations = {
  'POST /modules/{module}/disconnect': {
    id: 'disconnectModuleByForm',
    summary: 'Forgets what a provider granted for a module, for the forms of the account page',
    session: 'required',
    path: parameters({ entries: { module: v.string() } }, { module: 'From `GET /modules`.' }),
    replies: { 303: redirectReply('It is not connected, or no more: back to `/dashboard`.') },
    errors: {
      form: 'page',
      codes: ['cross_site', 'impersonated', 'not_found', 'session_too_large', 'unauthenticated'],
    },
    cookies: 'session',
  },
} satisfies Operations;
