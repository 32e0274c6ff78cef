/** An endpoint that only a signed-in user reaches, for our own routes and a team's. */
import { AuthError } from '../domain/auth-error.ts';
import type { Session, WebSessions } from '../domain/web-sessions.ts';
import type { IsStanding } from '../domain/session-standing.ts';
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

export interface ProtectedEndpointOptions {
  /** What proves who is asking: the browser's session cookie. */
  readonly auth: 'session';
  readonly sessions: WebSessions;
  readonly sessionMaxAgeSeconds: number;
  /** Whose pages may use the cookie for more than reading. */
  readonly origins: TrustedOrigins;
  /** Asked on every request where given; without it a session is believed until its access token expires, five minutes at most. */
  readonly isStanding?: IsStanding;
  /** What someone without a session is answered; 401 `unauthenticated` in JSON unless given. */
  readonly unauthenticated?: ErrorReply;
}

/** Wraps an endpoint: verifies the session, refreshes it when due, and lets nobody else in. */
export function protectedEndpoint(options: ProtectedEndpointOptions, endpoint: AuthenticatedEndpoint): Endpoint {
  const { origins, unauthenticated = jsonError, isStanding = () => Promise.resolve(true) } = options;
  return async (request, exchange) => {
    if (!isSafeMethod(request.method)) requireTrustedOrigin(request, origins);
    const session = await openRequestSession(request, exchange, options);
    if (!session || !(await isStanding(session)))
      return unauthenticated(new AuthError('unauthenticated', 'no session'), request);
    return endpoint(request, session, exchange);
  };
}
