/** `GET /oauth/{module}/connect` from another site: asks first, since no foreign link may lead anybody into a consent unawares. */
import type { Module } from '../domain/modules.ts';
import type { HttpResponse } from '../http/response.ts';
import { type Html, html } from './html.ts';
import type { Language } from './language.ts';
import { type PageOptions, pageResponse } from './layout.ts';
import { moduleTexts } from './module-texts.ts';
import type { PageUser } from './page-user.ts';
import { portrait } from './portrait.ts';
import { scopeNames } from './scope-names.ts';

export interface ConnectPageOptions extends PageOptions {
  readonly user: PageUser;
  readonly module: Module;
  /** The route itself: from our own page it asks no more. */
  readonly connectHref: string;
  readonly cancelHref: string;
}

const texts = {
  en: {
    title: (module: string, email: Html) => html`Connect ${module} to ${email}?`,
    explanation: 'A page elsewhere brought you here, so we ask first. Go on only if this is what you want.',
    cancel: 'Not now',
  },
  zh: {
    title: (module: string, email: Html) => html`要将 ${module} 连接到 ${email} 吗？`,
    explanation: '您是从其他网页来到这里的，所以先请您确认。只有在这是您想要的操作时才继续。',
    cancel: '暂不连接',
  },
} satisfies Record<Language, unknown>;

export function connectPage(options: ConnectPageOptions): HttpResponse {
  const { language, user, module, connectHref, cancelHref } = options;
  const text = texts[language];
  const { connect, labels } = moduleTexts[language];
  const { title, purpose } = module.texts[language];
  return pageResponse({
    ...options,
    status: 200,
    title: `${connect} ${title}`,
    main: html`<div class="scene">
      ${portrait(user)}
      <div>
        <h1>${text.title(title, html`<bdi>${user.email}</bdi>`)}</h1>
        <p class="lead">${text.explanation}</p>
        <p>${purpose} ${labels.asks}</p>
        <ul class="plain" role="list">
          ${scopeNames(module.scopes, module, language).map((name) => html`<li>${name}</li>`)}
        </ul>
        <p class="actions">
          <a class="button" href="${connectHref}">${connect}</a>
          <a class="button quiet" href="${cancelHref}">${text.cancel}</a>
        </p>
      </div>
    </div>`,
  });
}
