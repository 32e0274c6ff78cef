/** A failure as the page that a person is shown in place of the one they asked for. */
import type { AuthError } from '../domain/auth-error.ts';
import { type ErrorReply, publicError } from '../http/errors.ts';
import type { HttpRequest } from '../http/request.ts';
import { withHeaders } from '../http/response.ts';
import { errorPage } from './error-page.ts';
import { preferredLanguage } from './language.ts';

export const pageError: ErrorReply = (error, request, session) => {
  const { status, headers } = publicError(error);
  const page = errorPage({
    status,
    code: error.code,
    user: session,
    language: preferredLanguage(request.headers['accept-language']),
    requestId: request.requestId,
    tryAgainHref: tryAgainHref(error, request),
  });
  return withHeaders(page, headers);
};

/** Only plain paths of ours are offered again; a callback's code is spent by then, so its retry is a new login. */
function tryAgainHref({ code }: AuthError, { method, path }: HttpRequest): `/${string}` | undefined {
  if (code === 'no_code' || path === '/callback') return '/login';
  const isWorthIt = code === 'temporarily_unavailable' && method === 'GET' && /^\/[\w-]*$/.test(path);
  return isWorthIt ? `/${path.slice(1)}` : undefined;
}
