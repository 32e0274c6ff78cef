/** An endpoint that only a signed-in user reaches, for our own routes and a team's. */
import { AuthError } from '../domain/auth-error.ts';
import type { IsStanding } from '../domain/session-standing.ts';
import type { TokenSessions } from '../domain/token-sessions.ts';
import type { Session, WebSessions } from '../domain/web-sessions.ts';
import { hasAuthorization, readPresentedToken } from './authorization-header.ts';
import { type ErrorReply, jsonError } from './errors.ts';
import { isSafeMethod, requireTrustedOrigin, type TrustedOrigins } from './guards.ts';
import type { HttpRequest } from './request.ts';
import type { HttpResponse } from './response.ts';
import type { Endpoint, Exchange } from './serve.ts';
import { openRequestSession } from './session-cookie.ts';

/** A route as a function of its request and the user who asks. */
export type AuthenticatedEndpoint = (
  request: HttpRequest,
  session: Session,
  exchange: Exchange,
) => Promise<HttpResponse> | HttpResponse;

/** The browser's session cookie. */
export interface CookieAuth {
  readonly sessions: WebSessions;
  readonly sessionMaxAgeSeconds: number;
}

/** A native app's JWT, in an `Authorization` header. */
export interface TokenAuth {
  readonly tokens: TokenSessions;
}

interface CommonOptions {
  /** Whose pages may use the cookie for more than reading; and the origin that DPoP proofs name. */
  readonly origins: TrustedOrigins;
  /**
   * Asked on every request where given; without it a web session is believed until its access token expires, five minutes at
   * most. A native one is asked about whenever it is opened.
   */
  readonly isStanding?: IsStanding;
  /** What someone without a session is answered; 401 `unauthenticated` in JSON unless given. */
  readonly unauthenticated?: ErrorReply;
}

/** `auth`: what proves who is asking. */
export type ProtectedEndpointOptions = CommonOptions &
  (
    | (CookieAuth & { readonly auth: 'session' })
    | (TokenAuth & { readonly auth: 'jwt' })
    | (CookieAuth & TokenAuth & { readonly auth: 'either' })
  );

/** Wraps an endpoint: verifies the session, refreshes a cookie's when due, and lets nobody else in. */
export function protectedEndpoint(options: ProtectedEndpointOptions, endpoint: AuthenticatedEndpoint): Endpoint {
  const { unauthenticated = jsonError, isStanding = () => Promise.resolve(true) } = options;
  return async (request, exchange) => {
    const session = await openSession(request, exchange, options);
    if (!session || !(await isStanding(session)))
      return unauthenticated(new AuthError('unauthenticated', 'no session'), request);
    exchange.showTo(session);
    return endpoint(request, session, exchange);
  };
}

async function openSession(
  request: HttpRequest,
  exchange: Exchange,
  options: ProtectedEndpointOptions,
): Promise<Session | undefined> {
  if (hasAuthorization(request)) {
    return options.auth === 'session' ? undefined : openTokenSession(request, exchange, options);
  }
  if (options.auth === 'jwt') return undefined;
  // Browsers send a cookie along whoever asks them to; a header is sent by whoever holds the token.
  if (!isSafeMethod(request.method)) requireTrustedOrigin(request, options.origins);
  return openRequestSession(request, exchange, options);
}

async function openTokenSession(
  request: HttpRequest,
  { log }: Exchange,
  { tokens, origins }: CommonOptions & TokenAuth,
): Promise<Session | undefined> {
  const presented = readPresentedToken(request, origins.publicUrl);
  const opened = presented ? await tokens.open(presented) : ({ outcome: 'refused', reason: 'no token' } as const);
  if (opened.outcome === 'active') return opened.session;
  log.info('token.refused', { reason: opened.reason });
  return undefined;
}
