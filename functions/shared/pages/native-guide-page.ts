/** `GET /login?origin=native` without the app or the way back to it: for the developer who tries it by hand. */
import type { RequiredNativeParameter } from '../domain/native-authorization.ts';
import type { HttpResponse } from '../http/response.ts';
import { errorPage } from './error-page.ts';
import { html } from './html.ts';
import type { Language } from './language.ts';
import type { PageOptions } from './layout.ts';

export interface NativeGuidePageOptions extends PageOptions {
  readonly missing: readonly RequiredNativeParameter[];
  readonly requestId: string;
}

const texts = {
  en: {
    missing: 'Missing, empty or given more than once:',
    parameters: {
      client_id: 'the app, as the stage’s settings register it',
      redirect_uri: 'one of the app’s redirects, exactly as registered',
      state: 'a random value of the app’s, which it finds again in the answer',
      code_challenge: 'SHA-256 of the app’s verifier, in base64url',
      code_challenge_method: 'S256',
    },
    guide: 'How an app signs somebody in, step by step:',
  },
  zh: {
    missing: '缺失、为空或重复的参数：',
    parameters: {
      client_id: '应用的标识，与该环境设置中注册的一致',
      redirect_uri: '应用的回调地址之一，与注册的完全一致',
      state: '应用生成的随机值，会原样出现在应答中',
      code_challenge: '应用的 verifier 的 SHA-256 值，base64url 编码',
      code_challenge_method: 'S256',
    },
    guide: '应用登录的完整步骤：',
  },
} satisfies Record<Language, { missing: string; guide: string; parameters: Record<RequiredNativeParameter, string> }>;

export function nativeGuidePage(options: NativeGuidePageOptions): HttpResponse {
  const text = texts[options.language];
  return errorPage({
    ...options,
    status: 400,
    code: 'invalid_request',
    details: html`<div class="reference">
      <p>${text.missing}</p>
      <dl>
        ${options.missing.map(
          (name) =>
            html`<dt><code>${name}</code></dt>
              <dd>${text.parameters[name]}</dd>`,
        )}
      </dl>
      <p>${text.guide} <code>docs/native-clients.md</code></p>
    </div>`,
  });
}
