/** What the grants of native apps have in common (RFC 6749 §1.3): a ticket or a refresh token in, tokens of a session out. */
import * as v from 'valibot';
import type { AccessTokenIssuer, IssuedAccessToken } from './access-tokens.ts';
import type { Clock } from './clock.ts';
import type { EventBus } from './events.ts';
import type { DataKeys } from './key-ring.ts';
import type { NativeSession, NativeSessionRecords } from './native-session-records.ts';
import type { RemoteSessions } from './remote-sessions.ts';
import { sessionId } from './session-id.ts';
import type { Users } from './users.ts';

/** What endings take. */
export interface NativeSessionParts {
  readonly sessions: NativeSessionRecords;
  readonly remote: RemoteSessions;
  readonly events: EventBus;
}

/** What every grant takes. */
export interface NativeGrantParts extends NativeSessionParts {
  /** Of purpose `native-refresh`. */
  readonly keys: DataKeys;
  readonly accessTokens: AccessTokenIssuer;
  readonly users: Users;
  readonly clock: Clock;
  readonly lifetime: SessionLifetime;
}

export interface SessionLifetime {
  /** How long a refresh token may lie unused. */
  readonly idleSeconds: number;
  /** However often it is refreshed, a session ends after this. */
  readonly maxSeconds: number;
}

const positiveSeconds = v.pipe(v.number(), v.integer(), v.minValue(1));

/** As `/native/session/*` tells it. */
export const grantedTokens = v.pipe(
  v.object({
    token: v.pipe(v.string(), v.description('A JWT access token (RFC 9068).')),
    tokenType: v.pipe(
      v.picklist(['Bearer', 'DPoP']),
      v.description('`DPoP`: both tokens are bound to the key that `dpop_jkt` named (RFC 9449).'),
    ),
    expiresIn: v.pipe(positiveSeconds, v.description('Of `token`, in seconds.')),
    refreshToken: v.pipe(v.string(), v.description('Takes the place of the one before it.')),
    refreshExpiresIn: v.pipe(
      positiveSeconds,
      v.description(
        'Of `refreshToken`, in seconds, if it is not used before; each refresh starts this anew, up to a limit.',
      ),
    ),
    sessionId: v.pipe(sessionId, v.description('As in `GET /sessions`, and as `sid` in the JWT.')),
  }),
  v.readonly(),
  v.description('The tokens of a native session.'),
);

export type GrantedTokens = v.InferOutput<typeof grantedTokens>;

/** The sliding end of a session that is used now. */
export function slidingExpiry(now: Date, absoluteExpiresAt: Date, { idleSeconds }: SessionLifetime): Date {
  return new Date(Math.min(now.getTime() + idleSeconds * 1000, absoluteExpiresAt.getTime()));
}

export function toGrantedTokens(
  session: Pick<NativeSession, 'dpopThumbprint' | 'sessionId' | 'expiresAt'>,
  issued: IssuedAccessToken,
  refreshToken: string,
  now: Date,
): GrantedTokens {
  return {
    token: issued.token,
    tokenType: session.dpopThumbprint === undefined ? 'Bearer' : 'DPoP',
    expiresIn: wholeSeconds(issued.issuedAt, issued.expiresAt),
    refreshToken,
    refreshExpiresIn: wholeSeconds(now, session.expiresAt),
    sessionId: session.sessionId,
  };
}

/** A session in its last second is not one that ends now. */
function wholeSeconds(from: Date, to: Date): number {
  return Math.max(1, Math.floor((to.getTime() - from.getTime()) / 1000));
}
