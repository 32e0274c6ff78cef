/** `GET /app/{path+}`: claimed https links of native apps. Where the phone knows the app, nobody ever asks for them here. */
import type { Endpoint } from '../shared/http/serve.ts';
import { appLinkPage } from '../shared/pages/app-link-page.ts';
import { preferredLanguage } from '../shared/pages/language.ts';

/** Whatever the link carries stays as it is: a ticket in it is worth nothing without the app that began. */
export const appLink: Endpoint = (request) =>
  appLinkPage({ language: preferredLanguage(request.headers['accept-language']) });
