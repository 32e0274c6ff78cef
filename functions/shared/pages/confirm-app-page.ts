/** `GET /callback` of an app's login: asks before the app gets its ticket. Both buttons are one form; no script. */
import type { HttpResponse } from '../http/response.ts';
import { type Html, html } from './html.ts';
import type { Language } from './language.ts';
import { type PageOptions, pageResponse } from './layout.ts';
import type { PageUser } from './page-user.ts';
import { portrait } from './portrait.ts';

export interface ConfirmAppPageOptions extends PageOptions {
  readonly user: PageUser;
  /** The client's, as registered. */
  readonly appName: string;
  /** Name of the cookie that the answer sets beside. */
  readonly flow: string;
  /** Sealed: opens only with that cookie. */
  readonly confirmation: string;
  /** Where either answer leads. */
  readonly redirectUri: string;
}

const texts = {
  en: {
    title: (app: Html, email: Html) => html`Continue to ${app} as ${email}?`,
    explanation:
      'Continue only if you have just begun to sign in to this app yourself. It will be able to act for you.',
    go: 'Continue',
    cancel: 'Cancel',
  },
  zh: {
    title: (app: Html, email: Html) => html`以 ${email} 的身份继续使用 ${app}？`,
    explanation: '只有在您刚才自己开始登录此应用时才继续。继续后，该应用可以代表您操作。',
    go: '继续',
    cancel: '取消',
  },
} satisfies Record<Language, unknown>;

export function confirmAppPage(options: ConfirmAppPageOptions): HttpResponse {
  const { language, user, appName, flow, confirmation, redirectUri } = options;
  const text = texts[language];
  return pageResponse({
    ...options,
    formRedirects: [redirectUri],
    status: 200,
    title: text.go,
    main: html`<div class="scene">
      ${portrait(user)}
      <div>
        <h1>${text.title(html`<bdi>${appName}</bdi>`, html`<bdi>${user.email}</bdi>`)}</h1>
        <p class="lead">${text.explanation}</p>
        <form class="actions" method="post" action="/login/confirm">
          <input type="hidden" name="flow" value="${flow}" />
          <input type="hidden" name="confirmation" value="${confirmation}" />
          <button class="button" type="submit" name="decision" value="continue">${text.go}</button>
          <button class="button quiet" type="submit" name="decision" value="cancel">${text.cancel}</button>
        </form>
      </div>
    </div>`,
  });
}
