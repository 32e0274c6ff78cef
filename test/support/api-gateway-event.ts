/** Requests as API Gateway hands them to a function (payload 2.0), written as a browser would: a path and some headers. */
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { fromApiGateway, type HttpRequest } from '../../functions/shared/http/request.ts';

export interface RequestOptions {
  readonly method?: string;
  /** Names in lower case, without `cookie`. */
  readonly headers?: Readonly<Record<string, string>>;
  /** One `name=value` each. */
  readonly cookies?: readonly string[];
  readonly body?: string;
}

export const requestId = 'JKJaXmPLvHcESHA=';
export const sourceIp = '192.0.2.7';
export const userAgent = 'Mozilla/5.0 (test)';

/** @param target path and query, exactly as they stand in the request line. */
export function apiGatewayEvent(target: string, options: RequestOptions = {}): APIGatewayProxyEventV2 {
  const { method = 'GET', headers = {}, cookies, body } = options;
  const queryAt = target.indexOf('?');
  const rawPath = queryAt < 0 ? target : target.slice(0, queryAt);
  return {
    version: '2.0',
    routeKey: `${method} ${rawPath}`,
    rawPath,
    rawQueryString: queryAt < 0 ? '' : target.slice(queryAt + 1),
    headers: { host: 'auth.example.com', 'user-agent': userAgent, ...headers },
    ...(cookies && { cookies: [...cookies] }),
    ...(body !== undefined && { body }),
    isBase64Encoded: false,
    requestContext: {
      accountId: '123456789012',
      apiId: 'api',
      domainName: 'auth.example.com',
      domainPrefix: 'auth',
      http: { method, path: rawPath, protocol: 'HTTP/1.1', sourceIp, userAgent },
      requestId,
      routeKey: `${method} ${rawPath}`,
      stage: '$default',
      time: '22/Nov/2026:10:00:00 +0000',
      timeEpoch: 1_795_341_600_000,
    },
  };
}

export function requestTo(target: string, options: RequestOptions = {}): HttpRequest {
  return fromApiGateway(apiGatewayEvent(target, options));
}
