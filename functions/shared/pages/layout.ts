/** The frame around every page: head, header with the mark, main, footer, and the headers that HTML needs. */
import { html as htmlResponse, type HttpResponse, withHeaders } from '../http/response.ts';
import { iconContentType, iconPath, stylesheetPath } from './asset-paths.ts';
import { contentSecurityPolicy } from './content-security-policy.ts';
import { type Html, html } from './html.ts';
import { impersonationBanner } from './impersonation-banner.ts';
import { type Language, languageTag } from './language.ts';
import { type PageUser, pictureSource } from './page-user.ts';

export const defaultProductName = 'Gatehouse';

/** What every page is told. */
export interface PageOptions {
  readonly language: Language;
  /** The signed-in user, if any: an impersonator has to see on every page who they are. */
  readonly user?: PageUser | undefined;
  readonly productName?: string | undefined;
}

export interface PageContent extends PageOptions {
  readonly status: number;
  /** For the browser's tab, before the product's name; the home page has none. */
  readonly title?: string;
  readonly main: Html;
  /** URLs that the answer to a form on this page may redirect to. */
  readonly formRedirects?: readonly string[];
}

const texts = {
  en: { skip: 'Skip to content', home: 'home page', purpose: 'Sign-in and accounts' },
  zh: { skip: '跳到主要内容', home: '首页', purpose: '登录与账户' },
} satisfies Record<Language, unknown>;

export function pageResponse(content: PageContent): HttpResponse {
  const { status, user, formRedirects = [] } = content;
  return withHeaders(htmlResponse(status, layout(content).toString()), {
    'content-security-policy': contentSecurityPolicy({
      hasPicture: pictureSource(user) !== undefined,
      formRedirects,
    }),
    'referrer-policy': 'no-referrer',
  });
}

function layout({ language, user, title, main, productName = defaultProductName }: PageContent): Html {
  const text = texts[language];
  return html`<!doctype html>
    <html lang="${languageTag(language)}">
      <head>
        <meta charset="utf-8" />
        <title>${title === undefined ? productName : `${title} · ${productName}`}</title>
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <link rel="stylesheet" href="${stylesheetPath}" />
        <link rel="icon" type="${iconContentType}" href="${iconPath}" />
      </head>
      <body>
        <a class="skip" href="#main">${text.skip}</a>
        ${impersonationBanner(user, language)}
        <header>
          <a class="brand" href="/" aria-label="${productName}, ${text.home}">
            <img src="${iconPath}" alt="" width="32" height="32" />${productName}
          </a>
        </header>
        <main id="main" tabindex="-1">${main}</main>
        <footer>${productName} · ${text.purpose}</footer>
      </body>
    </html>`;
}
