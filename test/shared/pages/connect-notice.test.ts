import { describe, expect, it } from 'vitest';
import { connectErrorCodes } from '../../../functions/shared/domain/auth-error.ts';
import { connectNotice } from '../../../functions/shared/pages/connect-notice.ts';
import { errorTexts } from '../../../functions/shared/pages/error-texts.ts';
import { loadModules } from '../../../functions/shared/wiring/load-modules.ts';
import { firstOf } from '../../support/first-of.ts';

const calendar = firstOf(await loadModules({ 'google-calendar': { connectVia: 'workos' } }));

describe('connectNotice()', () => {
  it('says what is connected now', () => {
    expect(connectNotice({ connected: calendar }, 'en').toString()).toBe(
      '<p class="notice" role="status">Google Calendar is connected.</p>',
    );
    expect(connectNotice({ connected: calendar }, 'zh').toString()).toContain('Google 日历 已连接。');
  });

  it.each(connectErrorCodes)('says why nothing was connected, and where to try again: %s', (error) => {
    for (const language of ['en', 'zh'] as const) {
      const notice = connectNotice({ error }, language).toString();
      expect(notice).toContain('<div class="notice" role="alert">');
      expect(notice).toContain('<a href="#modules">');
      expect(notice).toContain(`<code>${error}</code>`);
    }
  });

  it.each(connectErrorCodes.filter((code) => code !== 'auth_failed'))('explains %s as any page does', (error) => {
    for (const language of ['en', 'zh'] as const) {
      expect(connectNotice({ error }, language).toString()).toContain(errorTexts[language][error].explanation);
    }
  });

  it('does not call a consent that failed a sign-in', () => {
    const notice = connectNotice({ error: 'auth_failed' }, 'en').toString();
    expect(notice).toContain('<h2>Connecting did not work</h2>');
    expect(notice).not.toMatch(/sign-?in/i);
  });
});
