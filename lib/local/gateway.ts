/** The local API Gateway: takes HTTP requests for the functions behind the deployed HTTP API, as an HTTP API does. */
import type { IncomingMessage, RequestListener, ServerOptions, ServerResponse } from 'node:http';
import { type ContextVariables, formatAccessLog } from './gateway/access-log.ts';
import type { HttpApi, Route } from './gateway/http-api.ts';
import {
  type GatewayRequest,
  headerBytes,
  isOurs,
  joinHeaders,
  maxHeaderBytes,
  readBody,
  readRequest,
} from './gateway/incoming-request.ts';
import { createJwtAuthorizer } from './gateway/jwt-authorizer.ts';
import { createRouteMatcher, type RouteMatch } from './gateway/match-route.ts';
import { type GatewayAnswer, readProxyAnswer } from './gateway/proxy-answer.ts';
import { decodePath, formatTime, toProxyEvent } from './gateway/proxy-event.ts';
import { gatewayMessage, sendAnswer } from './gateway/send-answer.ts';
import { TokenBucket } from './gateway/token-bucket.ts';
import type { Outcome, Run } from './lambda/outcome.ts';

export interface GatewayOptions {
  readonly api: HttpApi;
  readonly port: number;
  /**
   * @param event JSON
   * @returns `undefined` when there is no such function.
   */
  readonly invoke: (functionName: string, event: string) => Promise<Outcome | undefined>;
  readonly now: () => Date;
  readonly onAccessLog: (line: string) => void;
  readonly onRequest: (entry: RequestEntry) => void;
}

/** What became of a request, for people. */
export interface RequestEntry {
  readonly at: Date;
  readonly method: string;
  /** Without the query, which carries codes and states. */
  readonly path: string;
  /** `undefined` when there was no route. */
  readonly functionName: string | undefined;
  readonly status: number;
  readonly durationMs: number;
  /** `undefined` when no function ran. */
  readonly run: Run | undefined;
  /** Why the gateway's answer is not the function's. */
  readonly problem: string | undefined;
}

/** Room for what the gateway itself refuses: Node would cut at 16 KB. */
export const gatewayServerOptions: ServerOptions = { maxHeaderSize: 65_536 };

interface Exchange {
  readonly answer: GatewayAnswer;
  readonly route?: Route;
  readonly run?: Run;
  readonly problem?: string;
  readonly integrationMs?: number;
}

export function createGateway({ api, port, invoke, now, onAccessLog, onRequest }: GatewayOptions): RequestListener {
  const matchRoute = createRouteMatcher(api.routes);
  const authorizeJwt = createJwtAuthorizer(now);
  const buckets = new Map(
    api.routes.map((route) => [route, route.throttling && new TokenBucket(route.throttling, now)]),
  );

  async function answer(incoming: IncomingMessage, request: GatewayRequest): Promise<Exchange> {
    if (headerBytes(request) > maxHeaderBytes)
      return { answer: gatewayMessage(431, 'Request Header Fields Too Large') };
    if (!isOurs(incoming.headers.host ?? '')) return { answer: gatewayMessage(403, 'Forbidden') };
    if (!isPath(request.path)) return { answer: gatewayMessage(400, 'Bad Request') };

    const match = matchRoute(request.method, request.path);
    if (!match) return { answer: gatewayMessage(404, 'Not Found') };
    const { route } = match;
    if (buckets.get(route)?.take() === false) return { answer: gatewayMessage(429, 'Too Many Requests'), route };

    const authorized = route.authorization && (await authorizeJwt(route.authorization, incoming.headers.authorization));
    if (authorized && 'refused' in authorized) {
      const { refused: problem, answer: refusal } = authorized;
      return { answer: refusal, route, problem };
    }

    const body = await readBody(incoming);
    if (!body) return { answer: gatewayMessage(413, 'Request Entity Too Large'), route };

    const startedAt = performance.now();
    const event = toProxyEvent(request, body, match, { ...api, port, jwt: authorized });
    const end = await integrate(event, match);
    return { ...end, route, integrationMs: Math.round(performance.now() - startedAt) };
  }

  async function integrate(event: object, { route }: RouteMatch): Promise<Exchange> {
    const { functionName, timeoutMs } = route;
    const outcome = await within(timeoutMs, invoke(functionName, JSON.stringify(event)));
    if (outcome === undefined) return broken(`there is no function ${functionName}`);
    switch (outcome.kind) {
      case 'late':
        return unavailable(`no answer within ${timeoutMs} ms`);
      case 'throttled':
        return unavailable('too many events at once');
      case 'failed':
        return { ...broken(`${outcome.error.errorType}: ${outcome.error.errorMessage}`), run: outcome.run };
      case 'answered': {
        const result = readProxyAnswer(outcome.payload);
        return { ...(result ? { answer: result } : broken('the answer is malformed')), run: outcome.run };
      }
    }
  }

  async function serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const startedAt = performance.now();
    const request = readRequest(incoming, now());
    const done = sendOrBreak(response, await answer(incoming, request), request);
    const durationMs = performance.now() - startedAt;
    if (api.accessLogFormat !== undefined) {
      onAccessLog(formatAccessLog(api.accessLogFormat, contextOf(request, done, durationMs, api)));
    }
    onRequest({
      at: request.receivedAt,
      method: request.method,
      path: request.path,
      functionName: done.route?.functionName,
      status: done.answer.status,
      durationMs,
      run: done.run,
      problem: done.problem,
    });
  }

  return (incoming, response) => {
    // A client that went away while it was sending: nobody is left to answer.
    serve(incoming, response).catch(() => response.destroy());
  };
}

function isPath(path: string): boolean {
  try {
    return decodePath(path).startsWith('/');
  } catch {
    return false;
  }
}

async function within<T>(timeoutMs: number, promise: Promise<T>): Promise<T | { readonly kind: 'late' }> {
  const late = Promise.withResolvers<{ readonly kind: 'late' }>();
  const timer = setTimeout(() => late.resolve({ kind: 'late' }), timeoutMs);
  try {
    return await Promise.race([promise, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}

function broken(problem: string): Exchange {
  return { answer: gatewayMessage(500, 'Internal Server Error'), problem };
}

function unavailable(problem: string): Exchange {
  return { answer: gatewayMessage(503, 'Service Unavailable'), problem };
}

/** @returns what was sent in the end. */
function sendOrBreak(response: ServerResponse, done: Exchange, { requestId }: GatewayRequest): Exchange {
  try {
    sendAnswer(response, done.answer, requestId);
    return done;
  } catch (error) {
    const failed = { ...done, ...broken(`the answer is malformed: ${String(error)}`) };
    sendAnswer(response, failed.answer, requestId);
    return failed;
  }
}

function contextOf(
  request: GatewayRequest,
  { answer, route, problem, integrationMs }: Exchange,
  durationMs: number,
  { apiId, accountId }: HttpApi,
): ContextVariables {
  return {
    accountId,
    apiId,
    domainName: 'localhost',
    domainPrefix: 'localhost',
    stage: '$default',
    requestId: request.requestId,
    extendedRequestId: request.requestId,
    requestTime: formatTime(request.receivedAt),
    requestTimeEpoch: request.receivedAt.getTime(),
    httpMethod: request.method,
    path: request.path,
    protocol: request.protocol,
    routeKey: route?.routeKey,
    status: answer.status,
    responseLength: answer.body.length,
    responseLatency: Math.round(durationMs),
    integrationLatency: integrationMs,
    integrationErrorMessage: problem,
    'identity.sourceIp': request.sourceIp,
    'identity.userAgent': joinHeaders(request)['user-agent'],
  };
}
