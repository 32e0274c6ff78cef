/** What a page of ours may load, send and be shown in: next to nothing. */

export interface PolicyExceptions {
  /**
   * Whether the page shows a profile picture. Those come from whichever provider the user signed in with, and that
   * provider may redirect to any image host: hence every https origin, but only for images and only on such pages.
   */
  readonly hasPicture: boolean;
  /**
   * URLs that the answer to a form may redirect to: browsers hold every redirect after a submission against `form-action`
   * too, an app's own scheme included. `https:` alone stands for a chain of hosts that is not ours to know.
   */
  readonly formRedirects: readonly string[];
}

/** @throws TypeError for a form redirect that no policy can name: the header would hold something else than was meant. */
export function contentSecurityPolicy({ hasPicture, formRedirects }: PolicyExceptions): string {
  const formTargets = ["'self'", ...new Set(formRedirects.map(sourceOf))];
  return [
    "default-src 'none'",
    "style-src 'self'",
    `img-src 'self'${hasPicture ? ' https:' : ''}`,
    `form-action ${formTargets.join(' ')}`,
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}

/** Schemes that are no app's: with them a page runs or shows what somebody wrote into it. */
const forbidden = /^(?:about|blob|data|file|filesystem|javascript|vbscript):$/;

function sourceOf(url: string): string {
  if (url === 'https:') return url;
  const target = URL.parse(url);
  if (!target || forbidden.test(target.protocol))
    throw new TypeError('a form may only redirect to the web or to an app');
  const { protocol, hostname, origin } = target;
  if (protocol !== 'http:' && protocol !== 'https:') return protocol;
  // No source expression can name an IPv6 address (CSP Level 3 §2.3.1), and the redirect itself comes from us.
  return hostname.startsWith('[') ? protocol : origin;
}
