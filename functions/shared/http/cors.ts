/** CORS with credentials (Fetch standard, "CORS protocol") for the origins that the stage lists, and for nobody else. */
import type { HttpRequest } from './request.ts';
import { type HttpResponse, withHeaders } from './response.ts';

/** Paths that scripts of listed origins may call, each with what is below it. */
const openPaths = ['/session', '/sessions', '/modules', '/github', '/gmail'];
const preflightSeconds = 600;

export function isOpenToOrigins(path: string): boolean {
  return openPaths.some((open) => path === open || path.startsWith(`${open}/`));
}

/** The same answer, readable for a script of a listed origin. A cache must keep origins apart, listed or not. */
export function withCors(reply: HttpResponse, request: HttpRequest, webOrigins: readonly string[]): HttpResponse {
  const vary = [reply.headers['vary'], 'Origin'].filter(Boolean).join(', ');
  const exposed = { 'access-control-expose-headers': 'Retry-After, Upstream-Revocation' };
  return withHeaders(reply, { ...forListedOrigin(request, webOrigins, exposed), vary });
}

/** The answer to a preflight: for an origin that is not listed it says nothing of CORS, which is a refusal. */
export function preflight(
  request: HttpRequest,
  webOrigins: readonly string[],
  methods: readonly string[],
): HttpResponse {
  return {
    status: 204,
    headers: {
      ...forListedOrigin(request, webOrigins, {
        'access-control-allow-methods': methods.join(', '),
        'access-control-allow-headers': 'Authorization, Content-Type, DPoP',
        'access-control-max-age': String(preflightSeconds),
      }),
      vary: 'Origin, Access-Control-Request-Method, Access-Control-Request-Headers',
    },
    body: '',
  };
}

function forListedOrigin(
  request: HttpRequest,
  webOrigins: readonly string[],
  headers: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const origin = request.headers['origin'];
  if (origin === undefined || !webOrigins.includes(origin)) return {};
  return { 'access-control-allow-origin': origin, 'access-control-allow-credentials': 'true', ...headers };
}
