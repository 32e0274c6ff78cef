/** A request as API Gateway hands it to a function: payload format 2.0. */
import { randomBytes } from 'node:crypto';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import type { HttpApi } from './http-api.ts';
import type { AuthorizedJwt } from './jwt-authorizer.ts';
import { type GatewayRequest, joinHeaders } from './incoming-request.ts';
import type { RouteMatch } from './match-route.ts';

/** Headers that end at the gateway (RFC 9110 §7.6.1), and cookies, which have a list of their own. */
const withheld = new Set([
  'connection',
  'cookie',
  'keep-alive',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

export interface ProxyContext extends Pick<HttpApi, 'accountId' | 'apiId'> {
  readonly port: number;
  /** What the route's authorizer found. */
  readonly jwt?: AuthorizedJwt | undefined;
}

export function toProxyEvent(
  request: GatewayRequest,
  body: Buffer,
  { route, pathParameters }: RouteMatch,
  { apiId, accountId, port, jwt }: ProxyContext,
): APIGatewayProxyEventV2 {
  const sent = joinHeaders(request);
  const cookies = splitCookies(request);
  const rawPath = decodePath(request.path);
  const parameters = joinParameters(request.query);
  const isText = isTextual(sent['content-type']);
  return {
    version: '2.0',
    routeKey: route.routeKey,
    rawPath,
    rawQueryString: request.query,
    ...(cookies.length > 0 && { cookies }),
    headers: {
      ...Object.fromEntries(Object.entries(sent).filter(([name]) => !withheld.has(name))),
      'x-amzn-trace-id': newTraceId(request.receivedAt),
      'x-forwarded-for': [sent['x-forwarded-for'] ?? [], request.sourceIp].flat().join(', '),
      'x-forwarded-port': String(port),
      'x-forwarded-proto': 'http',
    },
    ...(parameters && { queryStringParameters: parameters }),
    ...(pathParameters && { pathParameters }),
    requestContext: {
      accountId,
      apiId,
      ...(jwt && { authorizer: { jwt } }),
      domainName: 'localhost',
      domainPrefix: 'localhost',
      http: {
        method: request.method,
        path: rawPath,
        protocol: request.protocol,
        sourceIp: request.sourceIp,
        userAgent: sent['user-agent'] ?? '',
      },
      requestId: request.requestId,
      routeKey: route.routeKey,
      stage: '$default',
      time: formatTime(request.receivedAt),
      timeEpoch: request.receivedAt.getTime(),
    },
    ...(body.length > 0 && { body: body.toString(isText ? 'utf8' : 'base64') }),
    isBase64Encoded: body.length > 0 && !isText,
  };
}

/**
 * `rawPath` is not what was sent: HTTP APIs decode it, once, and cut it at a `?` that comes to light
 * (https://github.com/honojs/hono/issues/2156, https://github.com/middleapi/standard-server/pull/93).
 * @throws URIError when the path is not percent-encoded UTF-8.
 */
export function decodePath(path: string): string {
  const [decoded = ''] = decodeURIComponent(path).split('?', 1);
  return decoded;
}

/** `22/Nov/2026:17:30:00 +0000` */
export function formatTime(time: Date): string {
  const [, day, month, year, clock] = time.toUTCString().split(' ');
  return `${day}/${month}/${year}:${clock} +0000`;
}

function newTraceId(at: Date): string {
  const seconds = Math.floor(at.getTime() / 1000).toString(16);
  return `Root=1-${seconds}-${randomBytes(12).toString('hex')}`;
}

function splitCookies({ headers }: GatewayRequest): string[] {
  return headers
    .filter(([name]) => name.toLowerCase() === 'cookie')
    .flatMap(([, value]) => value.split(';'))
    .map((cookie) => cookie.trim())
    .filter((cookie) => cookie !== '');
}

function joinParameters(query: string): Record<string, string> | undefined {
  if (query === '') return undefined;
  const parameters = new URLSearchParams(query);
  return Object.fromEntries([...new Set(parameters.keys())].map((name) => [name, parameters.getAll(name).join(',')]));
}

/** Everything else reaches the function as base64. */
function isTextual(contentType = ''): boolean {
  const [type = ''] = contentType.toLowerCase().split(';', 1);
  return /^(text\/.+|application\/(json|javascript|xml|x-www-form-urlencoded|.+\+(json|xml)))$/.test(type.trim());
}
