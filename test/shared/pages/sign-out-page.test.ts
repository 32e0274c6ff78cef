import { describe, expect, it } from 'vitest';
import { signOutPage } from '../../../functions/shared/pages/sign-out-page.ts';

const options = {
  user: { name: 'Alice', email: 'alice@example.com', pictureUrl: undefined },
  signOutUrl: 'https://api.workos.com/user_management/sessions/logout?session_id=session_secret',
};

describe('signOutPage()', () => {
  it('asks, by a form that posts to /logout', () => {
    const { status, body } = signOutPage({ ...options, language: 'en' });
    expect(status).toBe(200);
    expect(body).toContain('<h1>Sign out of Gatehouse?</h1>');
    expect(body).toContain('alice@example.com');
    expect(body).toMatch(
      /<form class="actions" method="post" action="\/logout">\s*<button class="button" type="submit">/,
    );
  });

  it('offers to stay', () => {
    expect(signOutPage({ ...options, language: 'en' }).body).toContain('href="/">Stay signed in</a>');
  });

  it('lets the form be redirected to WorkOS, and tells nobody the session', () => {
    const { headers, body } = signOutPage({ ...options, language: 'en' });
    expect(headers['content-security-policy']).toContain("form-action 'self' https://api.workos.com https:;");
    expect(JSON.stringify(headers) + body).not.toContain('session_secret');
  });

  it('speaks Chinese', () => {
    expect(signOutPage({ ...options, language: 'zh' }).body).toContain('<h1>要退出 Gatehouse 吗？</h1>');
  });
});
