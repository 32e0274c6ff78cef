/** `GET /`: what this is, and the way in; for the signed-in, the way to their account. */
import type { HttpResponse } from '../http/response.ts';
import { type Html, html } from './html.ts';
import type { Language } from './language.ts';
import { defaultProductName, type PageOptions, pageResponse } from './layout.ts';
import { displayName, type PageUser } from './page-user.ts';
import { portrait } from './portrait.ts';

const texts = {
  en: {
    purpose: 'One sign-in for your team’s apps, on the web and on your devices, with the account you already have.',
    signIn: 'Sign in',
    signedInAs: (name: Html) => html`Signed in as ${name}`,
    account: 'Your account',
    signOut: 'Sign out',
  },
  zh: {
    purpose: '用您已有的账户登录一次，即可使用团队的网页、桌面和手机应用。',
    signIn: '登录',
    signedInAs: (name: Html) => html`已登录：${name}`,
    account: '我的账户',
    signOut: '退出登录',
  },
} satisfies Record<Language, unknown>;

export function homePage(options: PageOptions): HttpResponse {
  return pageResponse({
    ...options,
    status: 200,
    main: options.user ? signedIn(options, options.user) : signedOut(options),
  });
}

function signedOut({ language, productName = defaultProductName }: PageOptions): Html {
  const text = texts[language];
  return html`<div class="scene">
    <div class="arch gate" aria-hidden="true"></div>
    <div>
      <h1>${productName}</h1>
      <p class="lead">${text.purpose}</p>
      <p class="actions"><a class="button" href="/login">${text.signIn}</a></p>
    </div>
  </div>`;
}

function signedIn({ language }: PageOptions, user: PageUser): Html {
  const text = texts[language];
  return html`<div class="scene">
    ${portrait(user)}
    <div>
      <h1>${text.signedInAs(html`<bdi>${displayName(user)}</bdi>`)}</h1>
      <p class="lead"><bdi>${user.email}</bdi></p>
      <p class="actions">
        <a class="button" href="/dashboard">${text.account}</a>
        <a class="button quiet" href="/logout">${text.signOut}</a>
      </p>
    </div>
  </div>`;
}
