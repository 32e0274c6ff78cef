/** The end of a consent that a browser asked for itself: what was granted is kept for its session's user. */
import { AuthError, toConnectErrorCode } from '../shared/domain/auth-error.ts';
import { type ConnectEnd, connectEndUrl } from '../shared/domain/connect-end.ts';
import type { OpenedConnect } from '../shared/domain/connect-transaction.ts';
import { type Log, logFailure } from '../shared/domain/log.ts';
import type { ModuleKeeper } from '../shared/domain/module-keeper.ts';
import type { Module } from '../shared/domain/modules.ts';
import type { IsStanding } from '../shared/domain/session-standing.ts';
import type { Session, WebSessions } from '../shared/domain/web-sessions.ts';
import { requireNoImpersonator } from '../shared/http/module-route.ts';
import type { HttpRequest } from '../shared/http/request.ts';
import { type HttpResponse, redirect } from '../shared/http/response.ts';
import type { Exchange } from '../shared/http/serve.ts';
import { openRequestSession } from '../shared/http/session-cookie.ts';
import { abandonGrant, type AbandoningParts } from './abandon-grant.ts';
import type { ObtainedGrant } from './check-grant.ts';

export interface WebConnectCompletion extends AbandoningParts {
  readonly sessions: WebSessions;
  readonly isStanding: IsStanding;
  readonly keeper: Pick<ModuleKeeper, 'keep'>;
  readonly settings: { readonly publicUrl: string; readonly sessionMaxAgeSeconds: number };
}

export interface WebConnectToComplete {
  readonly connect: Extract<OpenedConnect, { native?: undefined }>;
  readonly module: Module;
  /** Asks the provider. Called once, and only for the session that began it. */
  readonly obtain: (session: Session) => Promise<ObtainedGrant>;
  readonly request: HttpRequest;
  readonly exchange: Exchange;
  readonly log: Log;
}

/** @throws AuthError `impersonated` */
export async function completeWebConnect(
  parts: WebConnectCompletion,
  { connect, module, obtain, request, exchange, log }: WebConnectToComplete,
): Promise<HttpResponse> {
  const leave = (end: ConnectEnd) => redirect(connectEndUrl(connect.returnTo, end, parts.settings.publicUrl));
  try {
    const session = await openRequestSession(request, exchange, { sessions: parts.sessions, ...parts.settings });
    if (session) {
      exchange.showTo(session);
      requireNoImpersonator(session);
    }
    if (!session || !connect.isStartedBy(session) || !(await parts.isStanding(session)))
      throw new AuthError('session_changed', 'another session than the one that began it, or none');
    const { userId } = session;
    await keep(parts, { userId, module, ...(await obtain(session)) }, log);
    log.info('connect.completed', { userId });
    return leave({ connected: module.name });
  } catch (cause) {
    if (!(cause instanceof AuthError) || cause.code === 'impersonated') throw cause;
    logFailure(log, 'connect.failed', cause);
    return leave({ connect_error: toConnectErrorCode(cause.code) });
  }
}

async function keep(
  parts: WebConnectCompletion,
  granted: Parameters<ModuleKeeper['keep']>[0],
  log: Log,
): Promise<void> {
  try {
    await parts.keeper.keep(granted, log);
  } catch (cause) {
    const { userId, module, grant } = granted;
    // Of another user's account there may be the same token, which we cannot tell: it stays.
    const isOthers = cause instanceof AuthError && cause.code === 'account_taken';
    if (!isOthers) await abandonGrant(parts, { module, tokens: grant.tokens, userIds: [userId] }, log);
    throw cause;
  }
}
