/** Which of our languages a browser's user reads best (`Accept-Language`, RFC 9110 §12.5.4). */

export type Language = 'en' | 'zh';

const fallback: Language = 'en';
/** RFC 9110 §12.4.2: three decimals at most. */
const qualityPattern = /^q=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$/i;

/**
 * The language with the highest `q`; of two alike, the one named first. Every kind of Chinese gets the Chinese texts,
 * which are in simplified characters. A range that cannot be read is passed over, and nothing usable means English.
 */
export function preferredLanguage(acceptLanguage: string | undefined): Language {
  let best = { language: fallback, quality: 0 };
  for (const item of (acceptLanguage ?? '').split(',')) {
    const [range = '', ...parameters] = item.split(';').map((part) => part.trim());
    const language = toLanguage(range);
    const quality = toQuality(parameters);
    if (language !== undefined && quality > best.quality) best = { language, quality };
  }
  return best.language;
}

function toLanguage(range: string): Language | undefined {
  const primary = range.split('-', 1)[0]?.toLowerCase();
  if (primary === 'zh') return 'zh';
  return primary === 'en' || primary === '*' ? fallback : undefined;
}

/** 1 unless given; 0, which means "not this one", for anything that is no quality. */
function toQuality(parameters: readonly string[]): number {
  const [weight] = parameters;
  return weight === undefined ? 1 : Number(qualityPattern.exec(weight)?.[1] ?? 0);
}

/** For the `lang` attribute: names the script too, so that browsers pick Simplified Chinese fonts. */
export function languageTag(language: Language): string {
  return language === 'zh' ? 'zh-Hans' : 'en';
}
