/** `wos-session`: the cookie that AuthKit's SDKs know, host-only. Its value is WorkOS's own seal. */
import type { Session, WebSessions } from '../domain/web-sessions.ts';
import { hasAuthorization } from './authorization-header.ts';
import { clearCookie, cookieValues, setCookie } from './cookies.ts';
import { isPrefetch } from './guards.ts';
import type { HttpRequest } from './request.ts';
import type { Exchange } from './serve.ts';

export const sessionCookieName = 'wos-session';

/**
 * The one seal that the browser sent. With two of them a sibling domain has set one of its own, perhaps a stranger's
 * session: nobody is signed in then. With an `Authorization` header it counts for nothing: that says who is asking.
 */
export function readSessionCookie(request: HttpRequest): string | undefined {
  if (hasAuthorization(request)) return undefined;
  const values = cookieValues(request.cookies, sessionCookieName);
  return values.length === 1 ? values[0] : undefined;
}

export function setSessionCookie(seal: string, maxAgeSeconds: number): string {
  return setCookie(sessionCookieName, seal, maxAgeSeconds);
}

export function clearSessionCookie(): string {
  return clearCookie(sessionCookieName);
}

/**
 * Opens the session of a request; a refreshed seal, or the removal of one that is over, goes out with the answer.
 * @returns `undefined` when nobody is signed in.
 * @throws AuthError `temporarily_unavailable`, with the cookie kept.
 */
export async function openRequestSession(
  request: HttpRequest,
  exchange: Pick<Exchange, 'setCookie'>,
  options: { readonly sessions: WebSessions; readonly sessionMaxAgeSeconds: number },
): Promise<Session | undefined> {
  const seal = readSessionCookie(request);
  if (seal === undefined) return undefined;
  const client = { ipAddress: request.sourceIp, userAgent: request.userAgent };
  const opened = await options.sessions.open(seal, client, { mayRefresh: !isPrefetch(request) });
  switch (opened.outcome) {
    case 'active':
      return opened.session;
    case 'refreshed':
      exchange.setCookie(setSessionCookie(opened.seal, options.sessionMaxAgeSeconds));
      return opened.session;
    case 'ended':
      if (!isPrefetch(request)) exchange.setCookie(clearSessionCookie());
      return undefined;
    case 'rejected':
      return undefined;
  }
}
