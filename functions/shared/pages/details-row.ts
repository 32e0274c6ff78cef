/** A term and what it is, for a card's `dl`. */
import { type Content, type Html, html } from './html.ts';

export function detailsRow(term: string, description: Content): Html {
  return html`<div>
    <dt>${term}</dt>
    <dd>${description}</dd>
  </div>`;
}
