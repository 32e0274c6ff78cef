/** `$default`: paths that nobody else answers, and HEAD, OPTIONS and wrong methods on those that somebody does. */
import { AuthError } from '../shared/domain/auth-error.ts';
import { isOpenToOrigins, preflight } from '../shared/http/cors.ts';
import { type ErrorReply, jsonError } from '../shared/http/errors.ts';
import { inOAuthWords } from '../shared/http/oauth-error.ts';
import { withHeaders } from '../shared/http/response.ts';
import type { Endpoint } from '../shared/http/serve.ts';
import { pageError } from '../shared/pages/page-error.ts';

/** Methods by path; a segment in braces stands for any one, `{name+}` for the rest: `{"/assets/{file}": ["GET"]}`. */
export type Routes = Readonly<Record<string, readonly string[]>>;

export function defaultRoute(routes: Routes, webOrigins: readonly string[]): Endpoint {
  const patterns = Object.entries(routes).map(([path, methods]) => ({ matches: matcherOf(path), methods }));
  return (request) => {
    const methods = patterns.find(({ matches }) => matches(request.path))?.methods;
    // With a known method too: the path was spelt in a way that API Gateway's routes do not know, such as `/%6Cogin`.
    if (!methods || methods.includes(request.method)) throw new AuthError('not_found', 'no such path');

    const isReadable = methods.includes('GET');
    const allow = ['OPTIONS', ...(isReadable ? ['HEAD'] : []), ...methods].join(', ');
    // HEAD tells that the path is there and no more: what GET would answer may consume a code or end a session.
    if (request.method === 'HEAD' && isReadable) return { status: 200, headers: { allow }, body: '' };
    if (request.method === 'OPTIONS') {
      const isPreflight =
        request.headers['access-control-request-method'] !== undefined && isOpenToOrigins(request.path);
      const reply = isPreflight ? preflight(request, webOrigins, methods) : { status: 204, headers: {}, body: '' };
      return withHeaders(reply, { allow });
    }
    const refused = pageOrJsonError(new AuthError('method_not_allowed', 'wrong method'), request);
    return refused.status === 405 ? withHeaders(refused, { allow }) : refused;
  };
}

/** A page for who asks for HTML, JSON for everyone else; OAuth's paths have statuses of their own. */
export const pageOrJsonError: ErrorReply = (error, request) => {
  const told = request.path.startsWith('/oauth/') ? inOAuthWords(error) : error;
  return (request.headers['accept']?.includes('text/html') ? pageError : jsonError)(told, request);
};

function matcherOf(path: string): (requested: string) => boolean {
  const segments = path.split('/');
  const isGreedy = path.endsWith('+}');
  return (requested) => {
    const given = requested.split('/');
    return (
      (isGreedy ? given.length >= segments.length : given.length === segments.length) &&
      segments.every((segment, index) => (segment.startsWith('{') ? given[index] !== '' : segment === given[index]))
    );
  };
}
