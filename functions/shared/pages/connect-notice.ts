/** At the top of the account page: how a consent that somebody has just come back from ended. */
import type { ConnectErrorCode } from '../domain/auth-error.ts';
import type { Module } from '../domain/modules.ts';
import { type ErrorText, errorTexts } from './error-texts.ts';
import { type Html, html } from './html.ts';
import type { Language } from './language.ts';

export type ConnectOutcome = { readonly connected: Module } | { readonly error: ConnectErrorCode };

interface Texts {
  readonly connected: (module: string) => string;
  readonly retry: string;
  readonly code: string;
  /** That code's own text speaks of a sign-in. */
  readonly failed: ErrorText;
}

const texts = {
  en: {
    connected: (module) => `${module} is connected.`,
    retry: 'Go to your connections',
    code: 'Error code',
    failed: {
      title: 'Connecting did not work',
      explanation: 'Something went wrong between us and the provider. Nothing has changed; please try again.',
    },
  },
  zh: {
    connected: (module) => `${module} 已连接。`,
    retry: '前往已连接的服务',
    code: '错误代码',
    failed: {
      title: '连接未成功',
      explanation: '我们与提供方之间出了问题，没有任何更改。请重试。',
    },
  },
} satisfies Record<Language, Texts>;

export function connectNotice(outcome: ConnectOutcome, language: Language): Html {
  const text = texts[language];
  if ('connected' in outcome) {
    const { title } = outcome.connected.texts[language];
    return html`<p class="notice" role="status">${text.connected(title)}</p>`;
  }
  const { error } = outcome;
  const { title, explanation } = error === 'auth_failed' ? text.failed : errorTexts[language][error];
  return html`<div class="notice" role="alert">
    <h2>${title}</h2>
    <p>${explanation} <a href="#modules">${text.retry}</a></p>
    <p>${text.code}: <code>${error}</code></p>
  </div>`;
}
