/** From WorkOS's tokens to the session that the house knows. */
import { deriveSessionId, deriveUserId } from '../domain/user-id.ts';
import { nameOf } from '../domain/user-name.ts';
import type { Profile, Session } from '../domain/web-sessions.ts';
import type { AccessTokenClaims } from './access-token.ts';
import type { SealedTokens } from './session-seal.ts';

export function toSession(tokens: SealedTokens, claims: AccessTokenClaims): Session {
  return {
    ...toProfile(tokens),
    kind: 'web',
    userId: deriveUserId(claims.sub),
    workosUserId: claims.sub,
    sessionId: deriveSessionId(claims.sid),
    organizationId: claims.org_id,
    roles: claims.roles ?? (claims.role === undefined ? [] : [claims.role]),
    authMethod: tokens.authenticationMethod ?? undefined,
    expiresAt: new Date(claims.exp * 1000),
  };
}

export function toProfile({ user, impersonator }: SealedTokens): Profile {
  return {
    email: user.email,
    name: nameOf(user),
    pictureUrl: user.profilePictureUrl ?? undefined,
    impersonator: impersonator ? { email: impersonator.email, reason: impersonator.reason ?? null } : undefined,
  };
}
