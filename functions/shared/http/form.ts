/** Bodies of forms and of OAuth requests: `application/x-www-form-urlencoded` in UTF-8 (RFC 6749 appendix B). Their size is `serve()`’s to judge. */
import { AuthError } from '../domain/auth-error.ts';
import type { HttpRequest } from './request.ts';

const mediaType = 'application/x-www-form-urlencoded';

/** @throws AuthError `unsupported_media_type`; `invalid_request` for what is not encoded so. */
export function readForm(request: HttpRequest): URLSearchParams {
  const [type = ''] = (request.headers['content-type'] ?? '').split(';', 1);
  if (type.trim().toLowerCase() !== mediaType) throw new AuthError('unsupported_media_type', `not ${mediaType}`);
  return new URLSearchParams(wellFormed(request.body));
}

/** The parser of URLs reads anything, with U+FFFD where it fails: two texts must not become one secret. */
function wellFormed(body: Uint8Array): string {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body);
    decodeURIComponent(text);
    return text;
  } catch (cause) {
    throw new AuthError('invalid_request', 'the form is not percent-encoded UTF-8', { cause });
  }
}
