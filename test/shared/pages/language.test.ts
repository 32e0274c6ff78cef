import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { languageTag, preferredLanguage } from '../../../functions/shared/pages/language.ts';

describe('preferredLanguage()', () => {
  it.each(['zh', 'zh-CN', 'zh-TW', 'zh-Hans', 'zh-Hant-HK', 'ZH-cn', 'fr, zh;q=0.3', 'zh-CN,zh;q=0.9,en;q=0.8'])(
    'is Chinese for %s',
    (header) => expect(preferredLanguage(header)).toBe('zh'),
  );

  it.each(['en', 'en-GB,en;q=0.9,zh;q=0.8', 'de-DE, fr', '*', '*, zh;q=0.5', 'zha', ''])(
    'is English for "%s"',
    (header) => expect(preferredLanguage(header)).toBe('en'),
  );

  it('is English without the header', () => {
    expect(preferredLanguage(undefined)).toBe('en');
  });

  it('follows the quality, not the order', () => {
    expect(preferredLanguage('en;q=0.4, zh-TW;q=0.7')).toBe('zh');
    expect(preferredLanguage('zh;q=0.799,en;q=0.8')).toBe('en');
  });

  it('follows the order where the quality is the same', () => {
    expect(preferredLanguage('zh;q=0.5, en;q=0.5')).toBe('zh');
    expect(preferredLanguage('en, zh')).toBe('en');
  });

  it('takes q=0 as "not this one"', () => {
    expect(preferredLanguage('zh;q=0, fr')).toBe('en');
    expect(preferredLanguage('zh;q=0.000')).toBe('en');
  });

  it('passes over ranges whose quality is nonsense', () => {
    expect(preferredLanguage('zh;q=2, en;q=0.1')).toBe('en');
    expect(preferredLanguage('zh;q=high, en;q=0.1')).toBe('en');
    expect(preferredLanguage('en;q=-1, zh;q=0.1')).toBe('zh');
  });

  it('answers for any junk', () => {
    const junk = fc.array(fc.oneof(fc.constantFrom(',', ';', 'q=', 'zh', 'en', '-', '*', '0.5'), fc.string()));
    fc.assert(
      fc.property(junk, (parts) => {
        expect(['en', 'zh']).toContain(preferredLanguage(parts.join('')));
      }),
    );
  });
});

describe('languageTag()', () => {
  it('names simplified characters, which all Chinese texts are in', () => {
    expect(languageTag('zh')).toBe('zh-Hans');
    expect(languageTag('en')).toBe('en');
  });
});
