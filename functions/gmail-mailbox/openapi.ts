/** A user's mailbox, described. */
import type { Operations } from '../shared/openapi/operation.ts';
import { jsonReply } from '../shared/openapi/reply.ts';
import { mailboxAnswer } from './mailbox-answer.ts';

export const schemas = { MailboxAnswer: mailboxAnswer };

export const operations = {
  'GET /gmail/mailbox': {
    id: 'getMailbox',
    summary: 'How far the offline worker has come with this user’s mailbox',
    description:
      'Answered from what the worker left, without asking Google. 404 where the stage has no module `gmail`.',
    session: 'required',
    takesTokens: true,
    replies: { 200: jsonReply('The mailbox as of its last turn.', mailboxAnswer) },
    errors: {
      form: 'json',
      codes: ['module_not_connected', 'not_found', 'reauthorization_required', 'session_too_large', 'unauthenticated'],
    },
    cookies: 'session',
  },
} satisfies Operations;
