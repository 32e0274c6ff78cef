/** The headers of our answers, by the schemas of their values; those that `serve()` writes come from its own constants. */
import * as v from 'valibot';
import { isOpenToOrigins } from '../http/cors.ts';
import { basicChallenge } from '../http/oauth-error.ts';
import { securityHeaders, uncached } from '../http/serve.ts';

export interface Header {
  readonly name: string;
  readonly description: string;
  readonly schema: v.GenericSchema<string>;
  /** Whether it is there every time. */
  readonly isRequired: boolean;
}

const always = (name: string, schema: v.GenericSchema<string>, description: string): Header => ({
  name,
  description,
  schema,
  isRequired: true,
});
const sometimes = (...[name, schema, description]: Parameters<typeof always>): Header => ({
  ...always(name, schema, description),
  isRequired: false,
});
const matching = (pattern: RegExp) => v.pipe(v.string(), v.regex(pattern));

const cookieAttributes = 'Max-Age=\\d+; Path=/; HttpOnly; Secure; SameSite=Lax';
const sessionCookie = `wos-session=[^;,\\s]*; ${cookieAttributes}`;
const loginCookie = `__Host-gh-login-[\\w-]{12}=[^;,\\s]*; ${cookieAttributes}`;

const pagePolicy = matching(
  /^default-src 'none'; style-src 'self'; img-src 'self'( https:)?; form-action 'self'[^;]*; base-uri 'none'; frame-ancestors 'none'$/,
);
const pagePolicyMeans = 'no script, nothing from elsewhere but pictures of users, and in nobody’s frame.';
const referrerPolicyMeans = 'whom a link leads to learns nothing from it.';

/** By their names among the document's components. */
export const headers = {
  StrictTransportSecurity: always(
    'Strict-Transport-Security',
    v.literal(securityHeaders['strict-transport-security']),
    'RFC 6797.',
  ),
  ContentTypeOptions: always(
    'X-Content-Type-Options',
    v.literal(securityHeaders['x-content-type-options']),
    'The content is what its type says.',
  ),
  NotStored: always('Cache-Control', v.literal(uncached['cache-control']), 'No cache may keep it.'),
  StoredForGood: always(
    'Cache-Control',
    matching(/^public, max-age=\d+, immutable$/),
    'Anyone may keep it: another content has another name.',
  ),
  StoredForAWhile: always('Cache-Control', matching(/^public, max-age=\d+$/), 'Anyone may keep it for so long.'),
  Vary: always('Vary', v.literal(uncached.vary), 'Who asks decides the answer.'),
  VaryByOrigin: always(
    'Vary',
    v.literal(`${uncached.vary}, Origin`),
    'Who asks decides the answer, and from which page.',
  ),
  VaryByPreflight: always(
    'Vary',
    v.picklist([uncached.vary, 'Origin, Access-Control-Request-Method, Access-Control-Request-Headers']),
    'The latter for a preflight.',
  ),
  Location: always('Location', v.pipe(v.string(), v.nonEmpty()), 'A path of this origin, or an absolute URL.'),
  NotKept: always('Pragma', v.literal('no-cache'), 'RFC 6749 §5.1.'),
  ClientAuthentication: always(
    'X-Amzn-Remapped-WWW-Authenticate',
    v.literal(basicChallenge),
    'RFC 6749 §5.2 asks for `WWW-Authenticate`, which API Gateway renames.',
  ),
  RetryAfter: always('Retry-After', matching(/^\d+$/), 'Seconds.'),
  Allow: always('Allow', matching(/^OPTIONS(, [A-Z]+)+$/), 'The methods that this path knows.'),
  UpstreamRevocation: always(
    'Upstream-Revocation',
    v.picklist(['done', 'pending', 'kept']),
    'At the provider: `done`, `pending` (tried again until it is), or `kept`, since ending it there would end more than this.',
  ),
  ETag: always('ETag', matching(/^"[\w.-]+"$/), 'RFC 9110 §8.8.3.'),
  ContentSecurityPolicy: always('Content-Security-Policy', pagePolicy, pagePolicyMeans),
  ReferrerPolicy: always('Referrer-Policy', v.literal('no-referrer'), referrerPolicyMeans),
  ContentSecurityPolicyOfPage: sometimes('Content-Security-Policy', pagePolicy, `With a page: ${pagePolicyMeans}`),
  ReferrerPolicyOfPage: sometimes('Referrer-Policy', v.literal('no-referrer'), `With a page: ${referrerPolicyMeans}`),
  SessionCookie: sometimes(
    'Set-Cookie',
    matching(new RegExp(`^${sessionCookie}$`)),
    'A refreshed session, or the removal of one that is over: `wos-session`, sealed by WorkOS’s own format.',
  ),
  LoginCookie: sometimes(
    'Set-Cookie',
    matching(new RegExp(`^${loginCookie}$`)),
    'One `__Host-gh-login-<id>` for each login under way, ten minutes long; the removal of dead ones.',
  ),
  SessionOrLoginCookie: sometimes(
    'Set-Cookie',
    matching(new RegExp(`^(${sessionCookie}|${loginCookie})$`)),
    '`wos-session`, and the removal of the login’s own cookie.',
  ),
  AllowOrigin: sometimes(
    'Access-Control-Allow-Origin',
    v.pipe(v.string(), v.url()),
    'The asking page’s origin, where the stage’s `webOrigins` list it.',
  ),
  AllowCredentials: sometimes(
    'Access-Control-Allow-Credentials',
    v.literal('true'),
    'With `Access-Control-Allow-Origin`.',
  ),
  ExposeHeaders: sometimes(
    'Access-Control-Expose-Headers',
    v.literal('Retry-After, Upstream-Revocation'),
    'With `Access-Control-Allow-Origin`.',
  ),
  AllowMethods: sometimes(
    'Access-Control-Allow-Methods',
    matching(/^[A-Z]+(, [A-Z]+)*$/),
    'To a preflight of a listed origin.',
  ),
  AllowHeaders: sometimes(
    'Access-Control-Allow-Headers',
    v.literal('Authorization, Content-Type, DPoP'),
    'To a preflight of a listed origin.',
  ),
  PreflightMaxAge: sometimes('Access-Control-Max-Age', matching(/^\d+$/), 'To a preflight of a listed origin.'),
} as const satisfies Readonly<Record<string, Header>>;

export type HeaderName = keyof typeof headers;

/** Those of every answer at a path that say nothing of its content, as `serve()` adds them. */
export function standardHeaders(path: string | undefined, own: readonly HeaderName[]): readonly HeaderName[] {
  const isSet = (name: string): boolean => own.some((each) => headers[each].name === name);
  const isOpen = path !== undefined && isOpenToOrigins(path);
  const vary = isOpen ? 'VaryByOrigin' : 'Vary';
  return [
    'StrictTransportSecurity',
    'ContentTypeOptions',
    ...(isSet('Cache-Control') ? [] : (['NotStored'] as const)),
    ...(isSet('Cache-Control') || isSet('Vary') ? [] : ([vary] as const)),
    ...(isOpen ? (['AllowOrigin', 'AllowCredentials', 'ExposeHeaders'] as const) : []),
  ];
}
