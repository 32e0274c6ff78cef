/** `GET /`: the public page; for the signed-in, the way to their account. */
import type { WebSessions } from '../shared/domain/web-sessions.ts';
import type { Endpoint } from '../shared/http/serve.ts';
import { openRequestSession } from '../shared/http/session-cookie.ts';
import { homePage } from '../shared/pages/home-page.ts';
import { preferredLanguage } from '../shared/pages/language.ts';

export interface HomeDependencies {
  readonly sessions: WebSessions;
  readonly sessionMaxAgeSeconds: number;
}

export function home(dependencies: HomeDependencies): Endpoint {
  return async (request, exchange) => {
    const user = await openRequestSession(request, exchange, dependencies);
    return homePage({ language: preferredLanguage(request.headers['accept-language']), user });
  };
}
