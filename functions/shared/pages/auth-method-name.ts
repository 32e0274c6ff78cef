/** WorkOS's words for how somebody signed in, in everybody's words. */
import type { Language } from './language.ts';

type Names = Readonly<Record<Language, string>>;

const same = (name: string): Names => ({ en: name, zh: name });

const names: ReadonlyMap<string, Names> = new Map<string, Names>([
  ['AppleOAuth', same('Apple')],
  ['BitbucketOAuth', same('Bitbucket')],
  ['CrossAppAuth', { en: 'Another app', zh: '其他应用' }],
  ['DiscordOAuth', same('Discord')],
  ['ExternalAuth', { en: 'External sign-in', zh: '外部登录' }],
  ['GitHubOAuth', same('GitHub')],
  ['GitLabOAuth', same('GitLab')],
  ['GoogleOAuth', same('Google')],
  ['GrokOAuth', same('Grok')],
  ['Impersonation', { en: 'Impersonation', zh: '代登录' }],
  ['IntuitOAuth', same('Intuit')],
  ['LinkedInOAuth', same('LinkedIn')],
  ['MagicAuth', { en: 'Code by e-mail', zh: '邮箱验证码' }],
  ['MicrosoftOAuth', same('Microsoft')],
  ['MigratedSession', { en: 'Session from an earlier system', zh: '从旧系统迁移的会话' }],
  ['Passkey', { en: 'Passkey', zh: '通行密钥' }],
  ['Password', { en: 'Password', zh: '密码' }],
  ['SSO', { en: 'Single sign-on (SSO)', zh: '单点登录（SSO）' }],
  ['SalesforceOAuth', same('Salesforce')],
  ['SlackOAuth', same('Slack')],
  ['VercelMarketplaceOAuth', same('Vercel Marketplace')],
  ['VercelOAuth', same('Vercel')],
  ['XOAuth', same('X')],
  ['XeroOAuth', same('Xero')],
]);

/** WorkOS adds methods over time: one that is not listed here is shown as WorkOS calls it. */
export function authMethodName(authMethod: string, language: Language): string {
  return names.get(authMethod)?.[language] ?? authMethod;
}
