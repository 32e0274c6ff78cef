/** A native app's session, opened by the JWT that it sends: a token of ours, in the hands of its owner, of a session that stands. */
import type { AccessTokenVerifier, VerifiedAccessToken } from './access-tokens.ts';
import { AuthError } from './auth-error.ts';
import type { Clock } from './clock.ts';
import type { DpopVerifier } from './dpop.ts';
import type { NativeSessionRecords } from './native-session-records.ts';
import type { Users } from './users.ts';
import type { Session } from './web-sessions.ts';

/** What a request says of itself (RFC 6750 §2.1; RFC 9449 §7.1). */
export interface PresentedToken {
  readonly scheme: 'Bearer' | 'DPoP';
  readonly token: string;
  /** The `DPoP` header. */
  readonly proof: string | undefined;
  /** What the proof has to be for. */
  readonly method: string;
  readonly url: string;
}

export type OpenedToken =
  | { readonly outcome: 'active'; readonly session: Session }
  /** For operators: whoever sent it hears only that they are not signed in. */
  | { readonly outcome: 'refused'; readonly reason: string };

export interface TokenSessions {
  /** @throws AuthError `temporarily_unavailable` when it cannot be told now. */
  open(presented: PresentedToken): Promise<OpenedToken>;
}

export interface TokenSessionsParts {
  readonly verifier: AccessTokenVerifier;
  readonly dpop: DpopVerifier;
  readonly nativeSessions: Pick<NativeSessionRecords, 'find'>;
  readonly users: Pick<Users, 'find'>;
  readonly clock: Clock;
}

const refused = (reason: string): OpenedToken => ({ outcome: 'refused', reason });

export function createTokenSessions({
  verifier,
  dpop,
  nativeSessions,
  users,
  clock,
}: TokenSessionsParts): TokenSessions {
  /** @returns why the sender is not to be believed to be the token's owner, if so. */
  const doubtOwner = async (token: VerifiedAccessToken, presented: PresentedToken): Promise<string | undefined> => {
    const { scheme, proof, method, url, token: accessToken } = presented;
    const { dpopThumbprint } = token;
    if (scheme === 'Bearer') return dpopThumbprint && 'a bound token, sent as Bearer';
    if (dpopThumbprint === undefined) return 'a token that is not bound, sent as DPoP';
    if (proof === undefined) return 'no proof';
    try {
      const thumbprint = await dpop.verify(proof, { method, url, accessToken }, clock());
      return thumbprint === dpopThumbprint ? undefined : 'a proof of another key';
    } catch (error) {
      if (error instanceof AuthError && error.code === 'invalid_dpop_proof') return error.message;
      throw error;
    }
  };

  return {
    async open(presented) {
      const now = clock();
      const token = await verifier.verify(presented.token, now);
      if (!token) return refused('no token of ours, or one past its time');
      const doubt = await doubtOwner(token, presented);
      if (doubt !== undefined) return refused(doubt);
      const [row, user] = await Promise.all([nativeSessions.find(token.sessionId, now), users.find(token.userId)]);
      if (row?.userId !== token.userId) return refused('its session has ended');
      if (!user) return refused('its user is disabled or deleted');
      return {
        outcome: 'active',
        session: {
          kind: 'native',
          clientId: row.clientId,
          sessionId: row.sessionId,
          userId: row.userId,
          workosUserId: row.workosUserId,
          // The row's: they may be newer than the token, whose hour goes on when a role is taken away.
          organizationId: row.organizationId,
          roles: row.roles,
          email: user.email,
          name: user.name,
          pictureUrl: user.pictureUrl,
          authMethod: user.authMethod,
          impersonator: undefined,
          expiresAt: token.expiresAt,
        },
      };
    },
  };
}
