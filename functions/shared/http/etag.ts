/** Conditional requests (RFC 9110 §13.1.2): a client that has it already gets no body. */
import type { HttpRequest } from './request.ts';
import { type HttpResponse, withHeaders } from './response.ts';

/** @param etag with its quotes. 304 where the request's `If-None-Match` has it, else the reply; both with the ETag. */
export function unlessKnown(request: HttpRequest, etag: string, reply: HttpResponse): HttpResponse {
  const known = request.headers['if-none-match']?.split(',').map((tag) => tag.trim().replace(/^W\//, ''));
  if (!known?.includes(etag)) return withHeaders(reply, { etag });
  const { 'content-type': _, ...headers } = reply.headers;
  return { status: 304, headers: { ...headers, etag }, body: '' };
}
