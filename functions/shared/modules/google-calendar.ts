/** Google Calendar, read-only. Ships switched off: a line in the stage's settings (`modules` in lib/stages.ts) switches it on. */
import type { ModuleDefinition } from '../domain/modules.ts';

const readonly = 'https://www.googleapis.com/auth/calendar.readonly';

export const definition: ModuleDefinition = {
  provider: 'google',
  scopes: [readonly],
  texts: {
    en: {
      title: 'Google Calendar',
      purpose: 'Knows when you are busy.',
      scopes: { [readonly]: 'See your calendars and what is in them' },
    },
    zh: {
      title: 'Google 日历',
      purpose: '了解您何时有安排。',
      scopes: { [readonly]: '查看您的日历及其中的内容' },
    },
  },
};
