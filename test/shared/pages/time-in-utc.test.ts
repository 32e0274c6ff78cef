import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { timeInUtc } from '../../../functions/shared/pages/time-in-utc.ts';

const moments = fc.date({ min: new Date('1970-01-01'), max: new Date('2999-12-31'), noInvalidDate: true });

describe('timeInUtc()', () => {
  it('is for people and for machines', () => {
    const moment = new Date('2026-11-22T05:04:59.999Z');
    expect(String(timeInUtc(moment, 'en'))).toBe(
      '<time datetime="2026-11-22T05:04:59.999Z">22 November 2026 at 05:04 UTC</time>',
    );
    expect(String(timeInUtc(moment, 'zh'))).toBe(
      '<time datetime="2026-11-22T05:04:59.999Z">2026年11月22日 05:04 UTC</time>',
    );
  });

  it.each([
    ['en', 'en-GB'],
    ['zh', 'zh-CN'],
  ] as const)('says in %s what Intl says in %s', (language, locale) => {
    const format = new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeStyle: 'short', timeZone: 'UTC' });
    fc.assert(
      fc.property(moments, (moment) => {
        expect(String(timeInUtc(moment, language))).toContain(`>${format.format(moment)} UTC<`);
      }),
    );
  });
});
