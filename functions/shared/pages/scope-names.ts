/** What scopes allow, in everybody's words. */
import type { Module } from '../domain/modules.ts';
import { type Content, html } from './html.ts';
import type { Language } from './language.ts';

const account = { en: 'Know which account it is', zh: '识别是哪个账户' };
const address = { en: 'See its e-mail address', zh: '查看其电子邮件地址' };
const profile = { en: 'See its name and picture', zh: '查看其姓名和头像' };

/** Asked for with every consent, by us or by WorkOS, so that the account is known. Google answers with the long names. */
const identityScopes: ReadonlyMap<string, Readonly<Record<Language, string>>> = new Map([
  ['openid', account],
  ['email', address],
  ['https://www.googleapis.com/auth/userinfo.email', address],
  ['profile', profile],
  ['https://www.googleapis.com/auth/userinfo.profile', profile],
  ['read:user', profile],
  ['user:email', address],
]);

/** In the module's own words; a scope that nobody has words for, by its name. Nothing is said twice. */
export function scopeNames(scopes: readonly string[], { texts }: Module, language: Language): readonly Content[] {
  const words = new Map(Object.entries(texts[language].scopes));
  const known = (scope: string): string | undefined => words.get(scope) ?? identityScopes.get(scope)?.[language];
  const distinct = new Map(scopes.map((scope) => [known(scope) ?? scope, scope]));
  return [...distinct].map(([name, scope]) => (known(scope) === undefined ? html`<code>${scope}</code>` : name));
}
