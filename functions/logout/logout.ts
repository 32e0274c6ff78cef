/** `GET /logout` and `POST /logout`: ends the session here, then at WorkOS. From another site a person is asked first. */
import type { Clock } from '../shared/domain/clock.ts';
import type { EventBus } from '../shared/domain/events.ts';
import type { SessionRecords } from '../shared/domain/session-records.ts';
import type { SignOut } from '../shared/domain/sign-out.ts';
import { isCrossSite, isForeignSubresource, refusePrefetch, requireTrustedOrigin } from '../shared/http/guards.ts';
import { redirect } from '../shared/http/response.ts';
import type { Endpoint } from '../shared/http/serve.ts';
import { clearSessionCookie, readSessionCookie } from '../shared/http/session-cookie.ts';
import { preferredLanguage } from '../shared/pages/language.ts';
import { signOutPage } from '../shared/pages/sign-out-page.ts';

export interface LogoutDependencies {
  readonly signOut: SignOut;
  readonly records: SessionRecords;
  readonly clock: Clock;
  readonly events: EventBus;
  readonly settings: {
    readonly publicUrl: string;
    readonly webOrigins: readonly string[];
  };
}

export function logout({ signOut, records, events, clock, settings }: LogoutDependencies): Endpoint {
  return async (request, { log, setCookie }) => {
    refusePrefetch(request);
    if (request.method === 'POST') requireTrustedOrigin(request, settings);

    const seal = readSessionCookie(request);
    const ending = seal === undefined ? undefined : await signOut.identify(seal);
    if (!ending) {
      // Only what was sent: an image on another site comes without the cookie, and of two with this name ours must not be the one that goes.
      if (seal !== undefined) setCookie(clearSessionCookie());
      return redirect('/');
    }
    // An image or a link on someone else's page must not sign anyone out.
    if (request.method === 'GET' && (isCrossSite(request) || isForeignSubresource(request))) {
      return signOutPage({
        language: preferredLanguage(request.headers['accept-language']),
        user: ending.profile,
        signOutUrl: ending.signOutUrl,
      });
    }
    setCookie(clearSessionCookie());
    const { userId, sessionId } = ending;
    try {
      // First: a refresh under way finds it ended, and sets no cookie.
      await records.end({ userId, sessionId }, clock());
    } catch (cause) {
      // WorkOS ends it all the same, and its refresh token with it.
      log.error('logout.not_recorded', { userId }, cause);
    }
    log.info('logout', { userId });
    try {
      await events.publish('user.signed_out', { userId, sessionId });
    } catch (cause) {
      log.error('event.lost', { name: 'user.signed_out' }, cause);
    }
    return redirect(ending.signOutUrl);
  };
}
