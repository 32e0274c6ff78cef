import { describe, expect, it } from 'vitest';
import { errorPage } from '../../../functions/shared/pages/error-page.ts';

const options = { status: 403, code: 'access_denied', requestId: 'JKJaXmPLvHcESHA=' } as const;

describe('errorPage()', () => {
  it('answers with the status it is given', () => {
    expect(errorPage({ ...options, language: 'en' }).status).toBe(403);
  });

  it('shows reason, code and request id', () => {
    const { body } = errorPage({ ...options, language: 'en' });
    expect(body).toContain('<title>Sign-in cancelled · Gatehouse</title>');
    expect(body).toContain('You cancelled, or your sign-in was refused. Nothing has changed.');
    expect(body).toContain('<code>access_denied</code>');
    expect(body).toContain('<code>JKJaXmPLvHcESHA=</code>');
  });

  it('offers to try again where it is told how', () => {
    const { body } = errorPage({ ...options, language: 'en', tryAgainHref: '/login?return_to=%2Fa&x=1' });
    expect(body).toContain('<a class="button" href="/login?return_to=%2Fa&amp;x=1">Try again</a>');
    expect(errorPage({ ...options, language: 'en' }).body).not.toContain('Try again');
  });

  it('links home, and by itself leads nowhere, so that nothing can loop', () => {
    const { headers, body } = errorPage({ ...options, language: 'en' });
    expect(body).toContain('<a class="button quiet" href="/">');
    expect(headers).not.toHaveProperty('location');
    expect(headers).not.toHaveProperty('refresh');
    expect(body).not.toContain('http-equiv');
  });

  it('speaks Chinese', () => {
    expect(errorPage({ ...options, language: 'zh' }).body).toContain('<h1>登录已取消</h1>');
  });
});
