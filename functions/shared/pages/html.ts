/** Markup as a tagged template: whatever is put into it is escaped, unless it is markup from another `html` itself. */

/** Only `html` below makes one, from literals in our code: nothing parsed can pass for markup, and nothing else skips escaping. */
class Markup {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  toString(): string {
    return this.#text;
  }
}

export type Html = Markup;

/** What may stand in `${…}`; `undefined` leaves nothing behind, a list its items one after the other. */
export type Content = Html | string | number | undefined | readonly Content[];

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/**
 * Contents may stand between tags and inside quoted attribute values, nowhere else.
 * @throws Error where one follows `<`, `</` or an attribute's `=`: no escaping makes those places safe.
 */
export function html(literals: TemplateStringsArray, ...contents: readonly Content[]): Html {
  return new Markup(
    literals
      .map((literal, index) => {
        const isBeforeContent = index < contents.length;
        if (isBeforeContent && /(?:<\/?|=\s*)$/.test(literal)) throw new Error('html: put the attribute in quotes');
        return literal + (isBeforeContent ? render(contents[index]) : '');
      })
      .join(''),
  );
}

function render(content: Content): string {
  if (content === undefined) return '';
  if (content instanceof Markup) return content.toString();
  if (typeof content === 'object') return content.map(render).join('');
  return String(content).replace(/[&<>"']/g, (character) => entities[character] ?? '');
}
