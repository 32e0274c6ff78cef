import { describe, expect, it } from 'vitest';
import { confirmAppPage } from '../../../functions/shared/pages/confirm-app-page.ts';

const options = {
  user: { name: 'Alice', email: 'alice@example.com', pictureUrl: undefined },
  appName: 'Sample app',
  flow: '__Host-gh-login-AAAAAAAAAAAA',
  confirmation: 'sealed-box',
  redirectUri: 'yourappscheme://login/success',
};

describe('confirmAppPage()', () => {
  it('asks for one app and one account, by one form with two buttons', () => {
    const { status, body } = confirmAppPage({ ...options, language: 'en' });
    expect(status).toBe(200);
    expect(body).toContain('<h1>Continue to <bdi>Sample app</bdi> as <bdi>alice@example.com</bdi>?</h1>');
    expect(body.match(/<form/g)).toHaveLength(1);
    expect(body).toContain('method="post" action="/login/confirm"');
    const buttons = [...body.matchAll(/<button [^>]*type="submit" name="decision" value="(\w+)">([^<]+)</g)];
    expect(buttons.map(([, value, text]) => [value, text])).toStrictEqual([
      ['continue', 'Continue'],
      ['cancel', 'Cancel'],
    ]);
  });

  it('says in its address policy where the form may lead, and not the whole way', () => {
    const { headers } = confirmAppPage({ ...options, language: 'en' });
    expect(headers['content-security-policy']).toContain("form-action 'self' yourappscheme:;");
    expect(JSON.stringify(headers)).not.toContain('login/success');
  });

  it('takes no name for markup', () => {
    const { body } = confirmAppPage({ ...options, appName: '<b>"x', flow: '"><b>', language: 'en' });
    expect(body).not.toContain('<b>');
  });

  it('speaks Chinese', () => {
    const { body } = confirmAppPage({ ...options, language: 'zh' });
    expect(body).toContain('<h1>以 <bdi>alice@example.com</bdi> 的身份继续使用 <bdi>Sample app</bdi>？</h1>');
  });
});
