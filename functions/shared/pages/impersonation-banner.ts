/** Tells a WorkOS administrator, above everything else, that they are using somebody else's account. */
import { type Html, html } from './html.ts';
import type { Language } from './language.ts';
import { displayName, type PageUser } from './page-user.ts';

const texts = {
  en: {
    label: 'Impersonation',
    sentence: (impersonator: Html, user: Html) => html`<b>${impersonator}</b> is using the account of <b>${user}</b>.`,
    reason: (reason: Html) => html`Reason: ${reason}`,
  },
  zh: {
    label: '代登录',
    sentence: (impersonator: Html, user: Html) => html`<b>${impersonator}</b> 正在代用 <b>${user}</b> 的账户。`,
    reason: (reason: Html) => html`原因：${reason}`,
  },
} satisfies Record<Language, unknown>;

export function impersonationBanner(user: PageUser | undefined, language: Language): Html | undefined {
  if (user?.impersonator === undefined) return undefined;
  const { email, reason } = user.impersonator;
  const text = texts[language];
  return html`<aside class="impersonation" aria-label="${text.label}">
    <p>${text.sentence(html`<bdi>${email}</bdi>`, html`<bdi>${displayName(user)}</bdi>`)}</p>
    ${reason ? html`<p>${text.reason(html`<bdi>${reason}</bdi>`)}</p>` : undefined}
  </aside>`;
}
