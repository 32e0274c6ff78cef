/** What every endpoint has in common: event in, answer out, the standard headers, one log line, and no failure without a name. */
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { AuthError } from '../domain/auth-error.ts';
import { type Log, logFailure } from '../domain/log.ts';
import type { Session } from '../domain/web-sessions.ts';
import { withCors } from './cors.ts';
import type { ErrorReply } from './errors.ts';
import { fromApiGateway, type HttpRequest } from './request.ts';
import { type HttpResponse, toApiGateway } from './response.ts';

/** What belongs to one request beside itself. */
export interface Exchange {
  /** Carries the request id. */
  readonly log: Log;
  /** A `Set-Cookie` value that goes out with whatever is answered in the end, a failure included. */
  readonly setCookie: (cookie: string) => void;
  /** Whose session it is, for the page that a failure may become: an impersonator sees on that one too who they are. */
  readonly showTo: (session: Session) => void;
}

/** A route as a function of its request. It may throw an `AuthError`. */
export type Endpoint = (request: HttpRequest, exchange: Exchange) => Promise<HttpResponse> | HttpResponse;

export type LambdaHandler = (event: APIGatewayProxyEventV2) => Promise<APIGatewayProxyStructuredResultV2>;

/** On every answer. */
export const securityHeaders = {
  'strict-transport-security': 'max-age=63072000; includeSubDomains',
  'x-content-type-options': 'nosniff',
} as const;

/** For every answer that says nothing of its own about caching: it may depend on a cookie, or set one. */
export const uncached = { 'cache-control': 'private, no-store', vary: 'Cookie, Authorization' } as const;

const defaultMaxBodyBytes = 16 * 1024;

export interface ServeOptions {
  readonly log: Log;
  readonly errors: ErrorReply;
  /** Given where scripts of these origins may read the answers. */
  readonly webOrigins?: readonly string[];
  /** 16 KB unless given: webhooks alone may be larger. */
  readonly maxBodyBytes?: number;
}

export function serve(endpoint: Endpoint, options: ServeOptions): LambdaHandler {
  return async (event) => {
    const request = fromApiGateway(event);
    const log = options.log.with({ requestId: request.requestId });
    const cookies: string[] = [];
    const reply = await answer(endpoint, request, { log, setCookie: (cookie) => cookies.push(cookie) }, options);
    log.info('request', { method: request.method, route: event.routeKey, status: reply.status });
    const caching = 'cache-control' in reply.headers ? {} : uncached;
    const complete = { ...reply, headers: { ...securityHeaders, ...caching, ...reply.headers } };
    return toApiGateway(options.webOrigins ? withCors(complete, request, options.webOrigins) : complete, cookies);
  };
}

async function answer(
  endpoint: Endpoint,
  request: HttpRequest,
  own: Omit<Exchange, 'showTo'>,
  { errors, maxBodyBytes = defaultMaxBodyBytes }: ServeOptions,
): Promise<HttpResponse> {
  let shownTo: Session | undefined;
  const exchange: Exchange = { ...own, showTo: (session) => (shownTo = session) };
  try {
    if (request.body.length > maxBodyBytes) throw new AuthError('payload_too_large', `${request.body.length} bytes`);
    return await endpoint(request, exchange);
  } catch (error) {
    if (error instanceof AuthError) {
      logFailure(exchange.log, 'request.failed', error);
      return errors(error, request, shownTo);
    }
    // A bug, or a part that failed in a way nobody foresaw: ours to mend, and worth a retry for the client.
    exchange.log.error('request.crashed', {}, error);
    return errors(new AuthError('temporarily_unavailable', 'unexpected failure'), request, shownTo);
  }
}
