/** Questions that a request answers about where it comes from. */
import { AuthError } from '../domain/auth-error.ts';
import type { HttpRequest } from './request.ts';

/** A browser that fetches ahead of its user, by the standard name or by the older ones. */
export function isPrefetch(request: HttpRequest): boolean {
  const purpose = `${request.headers['sec-purpose'] ?? ''} ${request.headers['purpose'] ?? ''} ${request.headers['x-moz'] ?? ''}`;
  return /\b(?:prefetch|prerender|preview)\b/i.test(purpose);
}

/** For routes that would consume or set something: a prefetch is refused, and the real visit comes later. */
export function refusePrefetch(request: HttpRequest): void {
  if (isPrefetch(request)) throw new AuthError('temporarily_unavailable', 'prefetch refused');
}

/** Whether another site sent the browser here, as far as the browser says so. */
export function isCrossSite(request: HttpRequest): boolean {
  return request.headers['sec-fetch-site'] === 'cross-site';
}

/** Whether a page of another origin, be it of this site, sent the browser here, as far as the browser says so. */
export function isFromAnotherOrigin(request: HttpRequest): boolean {
  return isCrossSite(request) || request.headers['sec-fetch-site'] === 'same-site';
}

/**
 * Whether a page of another origin, be it of this site, loads this as a part of itself (image, frame, script) instead of
 * leading the browser here. A page of our own origin may do so: its service worker fetches what people navigate to.
 */
export function isForeignSubresource(request: HttpRequest): boolean {
  const destination = request.headers['sec-fetch-dest'];
  return isFromAnotherOrigin(request) && destination !== undefined && destination !== 'document';
}

export interface TrustedOrigins {
  readonly publicUrl: string;
  readonly webOrigins: readonly string[];
}

/** RFC 9110 §9.2.1. */
export function isSafeMethod(method: string): boolean {
  return method === 'GET' || method === 'HEAD' || method === 'OPTIONS';
}

/**
 * A cookie authorizes an unsafe method only from our own pages or a listed origin.
 * Our pages have `Referrer-Policy: no-referrer`, which makes browsers send `Origin: null` with a form (Fetch, "append a
 * request Origin header"): such a request, like one without Origin, has to be `Sec-Fetch-Site: same-origin`.
 * @throws AuthError `cross_site`
 */
export function requireTrustedOrigin(request: HttpRequest, rules: TrustedOrigins): void {
  const origin = request.headers['origin'];
  const isTrusted =
    origin === undefined || origin === 'null'
      ? request.headers['sec-fetch-site'] === 'same-origin'
      : origin === new URL(rules.publicUrl).origin || rules.webOrigins.includes(origin);
  if (!isTrusted) throw new AuthError('cross_site', 'unsafe method from an untrusted origin');
}
