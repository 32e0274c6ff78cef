/** A request as an endpoint sees it: API Gateway's payload v2 without its wrapping. */
import type { APIGatewayProxyEventV2 } from 'aws-lambda';

export interface HttpRequest {
  /** Upper case, as sent. */
  readonly method: string;
  /** Always starts with `/`. API Gateway has decoded it once, and matched routes before: `/%6Cogin` is not `/login` to it. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** Names in lower case; repeated headers joined by `,` (API Gateway does that). Without `cookie`: see `cookies`. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** One `name=value` each, in the order sent; names may repeat. Read through `shared/http/cookies.ts`. */
  readonly cookies: readonly string[];
  /** The raw bytes; empty when there is no body. */
  readonly body: Uint8Array;
  /** The address that API Gateway saw (`requestContext.http.sourceIp`), never `X-Forwarded-For`. */
  readonly sourceIp: string;
  readonly userAgent: string | undefined;
  /** API Gateway's request id: the one in its access log, in our log lines and on error pages. */
  readonly requestId: string;
}

const noBody = new Uint8Array(0);

/** Reads an API Gateway HTTP API event, payload format 2.0. */
export function fromApiGateway(event: APIGatewayProxyEventV2): HttpRequest {
  const { http, requestId } = event.requestContext;
  const { cookie: _, ...headers } = event.headers;
  return {
    method: http.method,
    path: event.rawPath,
    query: new URLSearchParams(event.rawQueryString),
    headers,
    cookies: event.cookies ?? [],
    body: event.body === undefined ? noBody : Buffer.from(event.body, event.isBase64Encoded ? 'base64' : 'utf8'),
    sourceIp: http.sourceIp,
    userAgent: headers['user-agent'],
    requestId,
  };
}
