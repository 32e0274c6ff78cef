/** The end of this browser's session, described. */
import type { Operation, Operations } from '../shared/openapi/operation.ts';
import { pageReply, redirectReply } from '../shared/openapi/reply.ts';

const onward = redirectReply('To WorkOS’s logout, which leads back to `/`; without a session straight to `/`.');
const shared = { session: 'optional', cookies: 'session' } satisfies Partial<Operation>;

export const operations = {
  'GET /logout': {
    ...shared,
    id: 'logout',
    summary: 'Ends this browser’s session, here and at WorkOS',
    replies: { 200: pageReply('Asked from another site: a page with a button.'), 302: onward },
    errors: { form: 'page', codes: [] },
  },
  'POST /logout': {
    ...shared,
    id: 'logoutByForm',
    summary: 'The same, as a form of our own pages asks for it',
    replies: { 302: onward },
    errors: { form: 'page', codes: ['cross_site'] },
  },
} satisfies Operations;
