/**
 * A moment as people read it. In UTC, and saying so: without a script a page cannot know its reader's time zone.
 * Written out by hand: the first `Intl.DateTimeFormat` of a process takes some 17 ms (Node 24.21), nearly all of what this
 * page costs a cold function. A test holds it to what Intl says.
 */
import { type Html, html } from './html.ts';
import type { Language } from './language.ts';

const months = 'January February March April May June July August September October November December'.split(' ');

const dateFormats = {
  en: (moment) => `${moment.getUTCDate()} ${months[moment.getUTCMonth()] ?? ''} ${moment.getUTCFullYear()} at`,
  zh: (moment) => `${moment.getUTCFullYear()}年${moment.getUTCMonth() + 1}月${moment.getUTCDate()}日`,
} satisfies Record<Language, (moment: Date) => string>;

/** @throws RangeError for an invalid date. */
export function timeInUtc(moment: Date, language: Language): Html {
  const iso = moment.toISOString();
  return html`<time datetime="${iso}">${dateFormats[language](moment)} ${iso.slice(11, 16)} UTC</time>`;
}
