/** An endpoint that only a signed-in user reaches, for our own routes and a team's. */
import { AuthError } from '../domain/auth-error.ts';
import type { Session, WebSessions } from '../domain/web-sessions.ts';
import { type ErrorReply, jsonError } from './errors.ts';
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
  /** What someone without a session is answered; 401 `unauthenticated` in JSON unless given. */
  readonly unauthenticated?: ErrorReply;
}

/** Wraps an endpoint: verifies the session, refreshes it when due, and lets nobody else in. */
export function protectedEndpoint(options: ProtectedEndpointOptions, endpoint: AuthenticatedEndpoint): Endpoint {
  const { unauthenticated = jsonError } = options;
  return async (request, exchange) => {
    const session = await openRequestSession(request, exchange, options);
    if (!session) return unauthenticated(new AuthError('unauthenticated', 'no session'), request);
    return endpoint(request, session, exchange);
  };
}
