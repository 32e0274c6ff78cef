/** A user's picture in the frame of an arch, or their initials where there is none or it cannot be loaded. */
import { type Html, html } from './html.ts';
import { displayName, type PageUser, pictureSource } from './page-user.ts';

/** Hidden from screen readers: the name always stands beside it. */
export function portrait(user: PageUser): Html {
  const source = pictureSource(user);
  return html`<div class="arch portrait" aria-hidden="true">
    <span>${initials(displayName(user))}</span>
    ${source === undefined ? undefined : html`<img src="${source}" alt="" />`}
  </div>`;
}

/** First letters of the first and the last word; of a name in one word, as Chinese ones are, the first alone. */
export function initials(name: string): string {
  const words = name.normalize('NFC').split(/\s+/u).filter(Boolean);
  const letters = [words[0], words.length > 1 ? words.at(-1) : undefined].map(
    (word) => Array.from(word ?? '')[0] ?? '',
  );
  return letters.join('').toUpperCase();
}
