/** What a page of ours may load, send and be shown in: next to nothing. */

export interface PolicyExceptions {
  /**
   * Whether the page shows a profile picture. Those come from whichever provider the user signed in with, and that
   * provider may redirect to any image host: hence every https origin, but only for images and only on such pages.
   */
  readonly hasPicture: boolean;
  /**
   * URLs that the answer to a form may redirect to: browsers hold every redirect after a submission against `form-action`
   * too. `https:` alone stands for a chain of hosts that is not ours to know.
   */
  readonly formRedirects: readonly string[];
}

/** @throws TypeError for a form redirect that has no origin: the header would hold something else than was meant. */
export function contentSecurityPolicy({ hasPicture, formRedirects }: PolicyExceptions): string {
  const formTargets = ["'self'", ...new Set(formRedirects.map(originOf))];
  return [
    "default-src 'none'",
    "style-src 'self'",
    `img-src 'self'${hasPicture ? ' https:' : ''}`,
    `form-action ${formTargets.join(' ')}`,
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}

function originOf(url: string): string {
  if (url === 'https:') return url;
  const origin = URL.parse(url)?.origin;
  // 'null' is what schemes without an origin have.
  if (origin === undefined || origin === 'null') throw new TypeError('a form may only redirect to an http(s) URL');
  return origin;
}
