/** A plain reply and its form for API Gateway's payload v2. */
import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';

export interface HttpResponse {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export function html(status: number, body: string): HttpResponse {
  return { status, headers: { 'content-type': 'text/html; charset=utf-8' }, body };
}

export function json(status: number, body: unknown): HttpResponse {
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
}

/** 302 (RFC 9110 §15.4.3). `location` is a path of this origin or an absolute URL that the caller has vetted. */
export function redirect(location: string): HttpResponse {
  return { status: 302, headers: { location }, body: '' };
}

/** The same reply with more headers; later ones win. */
export function withHeaders(reply: HttpResponse, headers: Readonly<Record<string, string>>): HttpResponse {
  return { ...reply, headers: { ...reply.headers, ...headers } };
}

/** @param cookies one complete `Set-Cookie` value each. */
export function toApiGateway(reply: HttpResponse, cookies: readonly string[]): APIGatewayProxyStructuredResultV2 {
  return {
    statusCode: reply.status,
    headers: { ...reply.headers },
    cookies: [...cookies],
    body: reply.body,
    isBase64Encoded: false,
  };
}
