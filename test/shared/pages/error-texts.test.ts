import { describe, expect, it } from 'vitest';
import { loginErrorCodes } from '../../../functions/shared/domain/auth-error.ts';
import { errorTexts } from '../../../functions/shared/pages/error-texts.ts';

const { en, zh } = errorTexts;

describe('errorTexts', () => {
  it('have every code that a login can fail with', () => {
    expect(Object.keys(en)).toEqual(expect.arrayContaining([...loginErrorCodes]));
  });

  it('are for the same codes in both languages', () => {
    expect(Object.keys(zh).toSorted()).toEqual(Object.keys(en).toSorted());
  });

  it.each(Object.entries(errorTexts))('tell every code from every other (%s)', (_language, texts) => {
    const all = Object.values(texts);
    expect(new Set(all.map(({ title }) => title)).size).toBe(all.length);
    expect(new Set(all.map(({ explanation }) => explanation)).size).toBe(all.length);
  });

  it('are whole sentences', () => {
    for (const { title, explanation } of Object.values(en)) {
      expect(title).toMatch(/^[A-Z].*[^.]$/);
      expect(explanation).toMatch(/^[A-Z].*\.$/);
    }
    for (const { title, explanation } of Object.values(zh)) {
      expect(title).toMatch(/^\p{Script=Han}.*[^。]$/u);
      expect(explanation).toMatch(/^\p{Script=Han}.*。$/u);
    }
  });

  it('are written for users: no code, no protocol word', () => {
    for (const { title, explanation } of [...Object.values(en), ...Object.values(zh)]) {
      expect(title + explanation).not.toMatch(/_|WorkOS|OAuth|PKCE|token|cookie|HTTP|null/i);
    }
  });
});
