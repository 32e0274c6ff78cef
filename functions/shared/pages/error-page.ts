/** Any failure, as a page: the reason in plain words, what to do, and what to quote when asking for help. */
import type { AuthErrorCode } from '../domain/auth-error.ts';
import type { HttpResponse } from '../http/response.ts';
import { errorTexts } from './error-texts.ts';
import { type Html, html } from './html.ts';
import type { Language } from './language.ts';
import { type PageOptions, pageResponse } from './layout.ts';

export interface ErrorPageOptions extends PageOptions {
  readonly status: number;
  readonly code: AuthErrorCode;
  readonly requestId: string;
  /** A path of this origin that starts over. Without it there is nothing to try again. */
  readonly tryAgainHref?: `/${string}` | undefined;
  /** What else there is to say. */
  readonly details?: Html;
}

const texts = {
  en: {
    tryAgain: 'Try again',
    home: 'Home page',
    forHelp: 'If you ask for help, mention',
    code: 'Error code',
    request: 'Request',
  },
  zh: { tryAgain: '重试', home: '返回首页', forHelp: '寻求帮助时请提供', code: '错误代码', request: '请求编号' },
} satisfies Record<Language, unknown>;

export function errorPage(options: ErrorPageOptions): HttpResponse {
  const { status, code, language, requestId, tryAgainHref, details } = options;
  const { title, explanation } = errorTexts[language][code];
  const text = texts[language];
  return pageResponse({
    ...options,
    status,
    title,
    main: html`<div class="scene">
      <div class="arch gate closed" aria-hidden="true"></div>
      <div>
        <h1>${title}</h1>
        <p class="lead">${explanation}</p>
        ${details}
        <p class="actions">
          ${tryAgainHref === undefined ? undefined : html`<a class="button" href="${tryAgainHref}">${text.tryAgain}</a>`}
          <a class="button quiet" href="/">${text.home}</a>
        </p>
        <div class="reference">
          <p>${text.forHelp}</p>
          <dl>
            <dt>${text.code}</dt>
            <dd><code>${code}</code></dd>
            <dt>${text.request}</dt>
            <dd><code>${requestId}</code></dd>
          </dl>
        </div>
      </div>
    </div>`,
  });
}
