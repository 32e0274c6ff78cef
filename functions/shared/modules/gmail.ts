/** Gmail: reads and changes a user's mail, also while nobody is looking (`refresh-gmail`). */
import type { ModuleDefinition } from '../domain/modules.ts';

const modify = 'https://www.googleapis.com/auth/gmail.modify';

export const definition: ModuleDefinition = {
  provider: 'google',
  scopes: [modify],
  texts: {
    en: {
      title: 'Gmail',
      purpose: 'Keeps up with your mailbox, also while you are away.',
      scopes: { [modify]: 'Read, write and send your mail, and move it to the bin' },
    },
    zh: {
      title: 'Gmail',
      purpose: '随时跟进您的邮箱，您不在时也不例外。',
      scopes: { [modify]: '读取、撰写和发送您的邮件，并将其移到回收站' },
    },
  },
};
