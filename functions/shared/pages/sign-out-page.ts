/** `GET /logout` from another site: asks first, since a foreign link or image must not be able to sign anybody out. */
import type { HttpResponse } from '../http/response.ts';
import { type Html, html } from './html.ts';
import type { Language } from './language.ts';
import { defaultProductName, type PageOptions, pageResponse } from './layout.ts';
import type { PageUser } from './page-user.ts';
import { portrait } from './portrait.ts';

export interface SignOutPageOptions extends PageOptions {
  readonly user: PageUser;
  /** Where `POST /logout` leads the browser: WorkOS's logout. */
  readonly signOutUrl: string;
}

const texts = {
  en: {
    title: (product: string) => `Sign out of ${product}?`,
    explanation: (email: Html) =>
      html`You are signed in as ${email}. A link on another site brought you here, so we ask before we sign you out.`,
    signOut: 'Sign out',
    stay: 'Stay signed in',
  },
  zh: {
    title: (product: string) => `要退出 ${product} 吗？`,
    explanation: (email: Html) => html`您当前以 ${email} 登录。您是从其他网站的链接来到这里的，所以退出前请您确认。`,
    signOut: '退出登录',
    stay: '保持登录',
  },
} satisfies Record<Language, unknown>;

export function signOutPage(options: SignOutPageOptions): HttpResponse {
  const { language, user, productName = defaultProductName } = options;
  const text = texts[language];
  const title = text.title(productName);
  return pageResponse({
    ...options,
    // WorkOS may pass through a custom domain of the team's; a host that is missing here would leave a button that does nothing.
    formRedirects: [options.signOutUrl, 'https:'],
    status: 200,
    title,
    main: html`<div class="scene">
      ${portrait(user)}
      <div>
        <h1>${title}</h1>
        <p class="lead">${text.explanation(html`<bdi class="strong">${user.email}</bdi>`)}</p>
        <form class="actions" method="post" action="/logout">
          <button class="button" type="submit">${text.signOut}</button>
          <a class="button quiet" href="/">${text.stay}</a>
        </form>
      </div>
    </div>`,
  });
}
