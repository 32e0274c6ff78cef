import { describe, expect, it } from 'vitest';
import { type Account, dashboardPage } from '../../../functions/shared/pages/dashboard-page.ts';
import type { PageUser } from '../../../functions/shared/pages/page-user.ts';
import type { ListedSession } from '../../../functions/shared/pages/session-list.ts';
import { loadModules } from '../../../functions/shared/wiring/load-modules.ts';

const gmailAlone = async () =>
  (await loadModules({ gmail: { connectVia: 'workos' } })).map((module) => ({ module, connection: undefined }));

const user: PageUser = { name: 'Alice Hartley', email: 'alice@example.com', pictureUrl: undefined };
const account: Account = {
  userId: 'usr_0123456789abcdef',
  authMethod: 'GoogleOAuth',
  organizationId: 'org_01HZX4',
  roles: ['admin', 'billing'],
  createdAt: new Date('2025-03-04T09:12:00Z'),
  lastSignInAt: new Date('2026-11-22T23:30:00Z'),
};
const sessions: readonly ListedSession[] = [
  {
    sessionId: 'a'.repeat(32),
    isCurrent: true,
    createdAt: new Date('2026-11-22T23:30:00Z'),
    lastSeenAt: new Date('2026-11-22T23:35:00Z'),
    client: {
      ipAddress: '192.0.2.1',
      userAgent: 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
    },
  },
];
const page = { user, account, modules: await gmailAlone(), sessions };

describe('dashboardPage()', () => {
  it('shows who, how, where and since when', () => {
    const { status, body } = dashboardPage({ language: 'en', ...page });
    expect(status).toBe(200);
    for (const text of ['Alice Hartley', 'alice@example.com', 'Google', 'org_01HZX4', 'usr_0123456789abcdef']) {
      expect(body).toContain(`>${text}<`);
    }
    expect(body).toContain('<li>admin</li><li>billing</li>');
  });

  it('gives times in UTC, for people and for machines', () => {
    const english = dashboardPage({ language: 'en', ...page }).body;
    expect(english).toContain('<time datetime="2026-11-22T23:30:00.000Z">22 November 2026 at 23:30 UTC</time>');
    expect(english).toContain('<time datetime="2025-03-04T09:12:00.000Z">4 March 2025 at 09:12 UTC</time>');
    expect(dashboardPage({ language: 'zh', ...page }).body).toContain('>2026年11月22日 23:30 UTC</time>');
  });

  it.each([
    ['Password', 'Password', '密码'],
    ['MagicAuth', 'Code by e-mail', '邮箱验证码'],
    ['SSO', 'Single sign-on (SSO)', '单点登录（SSO）'],
    ['GitHubOAuth', 'GitHub', 'GitHub'],
    ['NewThingOAuth', 'NewThingOAuth', 'NewThingOAuth'],
    ['__proto__', '__proto__', '__proto__'],
  ])('calls the method %s "%s" and "%s"', (authMethod, english, chinese) => {
    const shown = (language: 'en' | 'zh') =>
      dashboardPage({ ...page, language, account: { ...account, authMethod } }).body;
    expect(shown('en')).toContain(`<dd>${english}</dd>`);
    expect(shown('zh')).toContain(`<dd>${chinese}</dd>`);
  });

  it('leaves out what it does not know', () => {
    const bare = { ...account, authMethod: undefined, organizationId: undefined, roles: [] };
    const { body } = dashboardPage({ ...page, language: 'en', account: bare });
    for (const term of ['Signed in with', 'Organization', 'Roles']) expect(body).not.toContain(term);
    expect(body).not.toContain('undefined');
  });

  it('calls a user without a name by the e-mail address', () => {
    const { body } = dashboardPage({ ...page, language: 'en', user: { ...user, name: '' } });
    expect(body).toContain('<h2><bdi>alice@example.com</bdi></h2>');
  });

  it('lists where the user is signed in', () => {
    const { body } = dashboardPage({ language: 'en', ...page });
    expect(body).toContain('<h2 id="sessions">Where you are signed in</h2>');
    expect(body).toContain('<bdi>Firefox on Linux</bdi>');
  });

  it('has a card for each module, and says first how a consent ended', () => {
    expect(dashboardPage({ language: 'en', ...page }).body).toContain('<h3 id="module-gmail">Gmail</h3>');
    const { body } = dashboardPage({ language: 'en', ...page, connectOutcome: { error: 'consent_refused' } });
    expect(body.indexOf('You did not give your consent')).toBeGreaterThan(body.indexOf('<h1>'));
    expect(body.indexOf('You did not give your consent')).toBeLessThan(body.indexOf('<h2><bdi>Alice Hartley'));
  });

  it('lets an impersonator connect and disconnect nothing', () => {
    const impersonated = { ...user, impersonator: { email: 'support@example.com', reason: null } };
    const { body } = dashboardPage({ language: 'en', ...page, user: impersonated });
    expect(body).toContain('<h3 id="module-gmail">Gmail</h3>');
    expect(body).not.toContain('/oauth/gmail/connect');
  });

  it('links the way out', () => {
    expect(dashboardPage({ language: 'en', ...page }).body).toContain('href="/logout"');
  });
});
