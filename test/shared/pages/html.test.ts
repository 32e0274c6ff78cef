/** The template that all pages are written in. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { html } from '../../../functions/shared/pages/html.ts';

function unescape(text: string): string {
  const characters: Record<string, string> = { '&amp;': '&', '&lt;': '<', '&gt;': '>', '&quot;': '"', '&#39;': "'" };
  return text.replace(/&(?:amp|lt|gt|quot|#39);/g, (entity) => characters[entity] ?? '');
}

describe('html``', () => {
  it('escapes what could end a text or a quoted attribute', () => {
    expect(String(html`<p title="${`"'`}">${'<b>&'}</p>`)).toBe('<p title="&quot;&#39;">&lt;b&gt;&amp;</p>');
  });

  it('shows any string as it is, and as nothing but text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const body = String(html`${text}`);
        expect(body).not.toMatch(/[<>"']/);
        expect(unescape(body)).toBe(text);
      }),
    );
  });

  it('takes markup from itself unescaped, once and in lists', () => {
    const items = ['a', '<'].map((item) => html`<b>${item}</b>`);
    expect(String(html`<p>${items}</p>`)).toBe('<p><b>a</b><b>&lt;</b></p>');
  });

  it('writes numbers, and nothing for undefined', () => {
    expect(String(html`<p>${0}${undefined}</p>`)).toBe('<p>0</p>');
  });

  it('refuses an object that only looks like markup', () => {
    const forged = { text: '<script>', toString: () => '<script>' };
    // @ts-expect-error the compiler refuses it too
    expect(() => html`${forged}`).toThrow(TypeError);
  });

  it('refuses places that escaping cannot make safe', () => {
    expect(() => html`<a href=${'/'}>x</a>`).toThrow('quotes');
    expect(() => html`<${'b'}>x</b>`).toThrow('quotes');
    expect(() => html`<b>x</${'b'}>`).toThrow('quotes');
  });
});
