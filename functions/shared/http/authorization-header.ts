/** The `Authorization` header: RFC 6750 §2.1 and RFC 9449 §7.1. */
import type { PresentedToken } from '../domain/token-sessions.ts';
import type { HttpRequest } from './request.ts';

/** A scheme, whose case does not matter (RFC 9110 §11.1), and one `token68`; two header fields are joined by a comma and are neither. */
const credentials = /^(?<scheme>bearer|dpop) +(?<token>[\w\-.~+/]+=*)$/i;

/** Where there is one, it alone says who is asking, and a cookie beside it counts for nothing. */
export function hasAuthorization(request: HttpRequest): boolean {
  return request.headers['authorization'] !== undefined;
}

/**
 * @param publicUrl the origin that a proof has to name: never the one that the request says it came to.
 * @returns `undefined` for credentials of another kind.
 */
export function readPresentedToken(request: HttpRequest, publicUrl: string): PresentedToken | undefined {
  const { scheme = '', token } = credentials.exec(request.headers['authorization'] ?? '')?.groups ?? {};
  if (token === undefined) return undefined;
  return {
    scheme: scheme.toLowerCase() === 'dpop' ? 'DPoP' : 'Bearer',
    token,
    proof: request.headers['dpop'],
    method: request.method,
    url: publicUrl + encodeOnce(request.path),
  };
}

/** API Gateway has decoded the path: what would read as an escape, a query or a fragment now is written out again. */
const encodeOnce = (path: string): string => path.replace(/[%?#]/g, encodeURIComponent);
