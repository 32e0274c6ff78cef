/** Claimed links that no app took, described. */
import * as v from 'valibot';
import { type Operations, parameters } from '../shared/openapi/operation.ts';
import { pageReply } from '../shared/openapi/reply.ts';

export const operations = {
  'GET /app/{path+}': {
    id: 'openAppLink',
    summary: 'Where a native app’s claimed https link ends when no app takes it',
    description: 'It looks at nothing of the link and changes nothing.',
    session: 'ignored',
    path: parameters({ entries: { path: v.string() } }, { path: 'The client’s id, and what the app chose after it.' }),
    replies: { 200: pageReply('Says to go back to the app.') },
    errors: { form: 'page', codes: [] },
  },
} satisfies Operations;
