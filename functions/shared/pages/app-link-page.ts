/** A link that was meant for an app and that no app took: what happened, and how to go on. It says nothing of the link itself. */
import type { HttpResponse } from '../http/response.ts';
import { html } from './html.ts';
import type { Language } from './language.ts';
import { type PageOptions, pageResponse } from './layout.ts';

const texts = {
  en: {
    title: 'Go back to the app',
    explanation:
      'This link should have opened in an app on this device. The app may be missing or out of date, or this browser may not open apps.',
    next: 'Nothing has changed. Close this page, open the app, and sign in there once more.',
  },
  zh: {
    title: '请返回应用',
    explanation: '此链接本应在本设备上的应用中打开。应用可能未安装或版本过旧，也可能是此浏览器不会打开应用。',
    next: '没有任何更改。请关闭此页面，打开应用，然后重新登录。',
  },
} satisfies Record<Language, unknown>;

export function appLinkPage(options: PageOptions): HttpResponse {
  const { title, explanation, next } = texts[options.language];
  return pageResponse({
    ...options,
    status: 200,
    title,
    main: html`<div class="scene">
      <div class="arch gate closed" aria-hidden="true"></div>
      <div>
        <h1>${title}</h1>
        <p class="lead">${explanation}</p>
        <p>${next}</p>
      </div>
    </div>`,
  });
}
