/** The public page, described. */
import type { Operations } from '../shared/openapi/operation.ts';
import { pageReply } from '../shared/openapi/reply.ts';

export const operations = {
  'GET /': {
    id: 'getHome',
    summary: 'The public page; for the signed-in, the way to their account',
    session: 'optional',
    replies: { 200: pageReply('The page, in English or Chinese by `Accept-Language`.') },
    errors: { form: 'page', codes: ['session_too_large'] },
    cookies: 'session',
  },
} satisfies Operations;
