/** What lies in a mailbox and a calendar at first. */
import type { GoogleSeedConfig } from '@emulators/google';
import type { Account } from './accounts.ts';

export function seedOf({ sub, email, name }: Account): GoogleSeedConfig {
  // Ids are the mailbox's own at Gmail; the emulator takes one only once.
  const id = (word: string) => `${word}-${sub.slice(-4)}`;
  const to = `${name} <${email}>`;
  return {
    users: [{ email, name }],
    messages: [
      {
        id: id('welcome'),
        user_email: email,
        from: 'Example Post <post@example.org>',
        to,
        subject: 'Welcome to your mailbox',
        body_text: 'This is the local Google. Nothing here leaves your machine.',
        label_ids: ['INBOX'],
        date: '2026-01-05T09:00:00.000Z',
      },
      {
        id: id('lunch'),
        user_email: email,
        from: 'Carol Clark <carol@example.org>',
        to,
        subject: 'Lunch on Thursday?',
        body_text: 'The usual place at noon?',
        label_ids: ['INBOX', 'UNREAD'],
        date: '2026-01-06T10:30:00.000Z',
      },
      {
        id: id('reply'),
        user_email: email,
        from: to,
        to: 'Dave Dunn <dave@example.org>',
        subject: 'Your question',
        body_text: 'Yes, that works.',
        label_ids: ['SENT'],
        date: '2026-01-07T14:15:00.000Z',
      },
    ],
    calendars: [{ id: email, user_email: email, summary: email, primary: true }],
  };
}
