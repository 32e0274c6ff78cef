/** `POST /native/session/logout`: ends a native session, here and at WorkOS. */
import type { Clock } from '../shared/domain/clock.ts';
import { findNativeSession, type SignOutParts, signOutNativeSession } from '../shared/domain/end-native-session.ts';
import { readJson } from '../shared/http/json-body.ts';
import type { Endpoint } from '../shared/http/serve.ts';
import { logoutRequest } from './logout-parameters.ts';

export interface NativeSessionLogoutDependencies extends SignOutParts {
  readonly clock: Clock;
}

export function nativeSessionLogout(dependencies: NativeSessionLogoutDependencies): Endpoint {
  return async (request, { log }) => {
    const { refreshToken } = readJson(request, logoutRequest);
    const session = await findNativeSession(dependencies, refreshToken);
    if (session) await signOutNativeSession(dependencies, session, { log, now: dependencies.clock() });
    // The same for a token that is not ours (RFC 7009 §2.2): an app can always forget what it holds.
    return { status: 204, headers: {}, body: '' };
  };
}
