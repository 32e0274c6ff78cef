/** What `GET /gmail/mailbox` tells. Only its type is at work at run time. */
import * as v from 'valibot';

const moment = (description: string) =>
  v.pipe(v.nullable(v.pipe(v.string(), v.isoTimestamp())), v.description(description));

export const mailboxAnswer = v.pipe(
  v.object({
    emailAddress: v.pipe(v.string(), v.description('Of the mailbox that is connected.')),
    messagesTotal: v.pipe(v.nullable(v.number()), v.description('In the mailbox at the last turn.')),
    historyId: v.pipe(v.nullable(v.string()), v.description('Gmail’s, up to which changes are on the bus.')),
    lastSyncedAt: moment('When the worker’s last turn ended.'),
    nextSyncAt: moment('When its next turn is due.'),
  }),
  v.readonly(),
  v.description('How far the worker has come with a mailbox; nulls before its first turn.'),
);

export type MailboxAnswer = v.InferOutput<typeof mailboxAnswer>;
