import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { browserName } from '../../../functions/shared/pages/browser-name.ts';

const windows = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64)';
const mac = 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7)';
const iphone = 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X)';
const android = 'Mozilla/5.0 (Linux; Android 10; K)';
const webKit = 'AppleWebKit/605.1.15 (KHTML, like Gecko)';
const blink = 'AppleWebKit/537.36 (KHTML, like Gecko)';

describe('browserName()', () => {
  it.each([
    ['Chrome', 'Windows', `${windows} ${blink} Chrome/143.0.0.0 Safari/537.36`],
    ['Edge', 'Windows', `${windows} ${blink} Chrome/143.0.0.0 Safari/537.36 Edg/143.0.0.0`],
    ['Opera', 'Windows', `${windows} ${blink} Chrome/143.0.0.0 Safari/537.36 OPR/125.0.0.0`],
    ['Firefox', 'Windows', 'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:146.0) Gecko/20100101 Firefox/146.0'],
    ['Safari', 'macOS', `${mac} ${webKit} Version/26.1 Safari/605.1.15`],
    ['Chrome', 'macOS', `${mac} ${blink} Chrome/143.0.0.0 Safari/537.36`],
    ['Safari', 'iPhone', `${iphone} ${webKit} Version/18.5 Mobile/15E148 Safari/604.1`],
    ['Chrome', 'iPhone', `${iphone} ${webKit} CriOS/143.0.7499.38 Mobile/15E148 Safari/604.1`],
    ['Firefox', 'iPhone', `${iphone} ${webKit} FxiOS/146.0 Mobile/15E148 Safari/605.1.15`],
    ['Edge', 'iPhone', `${iphone} ${webKit} Version/18.0 EdgiOS/143.0.0.0 Mobile/15E148 Safari/604.1`],
    [
      'Safari',
      'iPad',
      `Mozilla/5.0 (iPad; CPU OS 18_5 like Mac OS X) ${webKit} Version/18.5 Mobile/15E148 Safari/604.1`,
    ],
    ['Chrome', 'Android', `${android} ${blink} Chrome/143.0.0.0 Mobile Safari/537.36`],
    ['Samsung Internet', 'Android', `${android} ${blink} SamsungBrowser/29.0 Chrome/136.0.0.0 Mobile Safari/537.36`],
    ['Edge', 'Android', `${android} ${blink} Chrome/143.0.0.0 Mobile Safari/537.36 EdgA/143.0.0.0`],
    ['Chrome', 'ChromeOS', `Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) ${blink} Chrome/143.0.0.0 Safari/537.36`],
    ['Firefox', 'Linux', 'Mozilla/5.0 (X11; Linux x86_64; rv:146.0) Gecko/20100101 Firefox/146.0'],
  ])('knows %s on %s', (browser, system, userAgent) => {
    expect(browserName(userAgent)).toStrictEqual({ browser, system });
  });

  it('knows a system without its browser, and a browser without its system', () => {
    expect(browserName('GatehouseDesktop/1.0 (Macintosh)')).toStrictEqual({ browser: undefined, system: 'macOS' });
    expect(browserName('Firefox/146.0')).toStrictEqual({ browser: 'Firefox', system: undefined });
  });

  it.each([undefined, '', 'curl/8.17.0', 'gatehouse-test', 'NotFirefox'])('knows nothing of %j', (userAgent) => {
    expect(browserName(userAgent)).toStrictEqual({ browser: undefined, system: undefined });
  });

  it('says nothing that the User-Agent wrote', () => {
    const names = ['Edge', 'Opera', 'Samsung Internet', 'Firefox', 'Chrome', 'Safari'];
    const parts = fc.constantFrom(
      'Edg/',
      'OPR/',
      'SamsungBrowser/',
      'Firefox/',
      'Chrome/',
      'Version/1 Safari/',
      ' ',
      '<b>',
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(parts, fc.string())), (some) => {
        expect([...names, undefined]).toContain(browserName(some.join('')).browser);
      }),
    );
  });
});
