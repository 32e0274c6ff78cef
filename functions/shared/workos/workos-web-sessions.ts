/** Web sessions in WorkOS's own seal: unsealed and verified on every request, refreshed in place when the access token has expired. */
import { isIronSeal } from '../crypto/iron-seal.ts';
import { AuthError } from '../domain/auth-error.ts';
import type { Clock } from '../domain/clock.ts';
import type { Log } from '../domain/log.ts';
import type { ClientInfo, OpenedSession, WebSessions } from '../domain/web-sessions.ts';
import { type AccessTokenClaims, unverifiedClaims, verifyAccessToken } from './access-token.ts';
import { refreshTokens } from './refresh.ts';
import { createUnsealer, type PasswordSource, type SealedTokens, sealTokens } from './session-seal.ts';
import { toSession } from './to-session.ts';
import type { WorkosAccount } from './workos-account.ts';

export interface WorkosWebSessionsOptions {
  readonly account: WorkosAccount;
  readonly passwords: PasswordSource;
  readonly clock: Clock;
  readonly log: Log;
}

export function createWorkosWebSessions({ account, passwords, clock, log }: WorkosWebSessionsOptions): WebSessions {
  const unseal = createUnsealer(passwords);

  const reject = (reason: string): OpenedSession => {
    log.error('session.rejected', { reason });
    return { outcome: 'rejected' };
  };

  const refresh = async (tokens: SealedTokens, client: ClientInfo): Promise<OpenedSession> => {
    const organizationId = unverifiedClaims(tokens.accessToken)?.org_id;
    const refreshed = await refreshTokens(account, { tokens, organizationId, client, log });
    if (!refreshed) return { outcome: 'ended' };
    // Fresh from WorkOS, and the old tokens are spent: nothing that could fail for a reason of ours stands between them and the browser.
    const claims = unverifiedClaims(refreshed.accessToken);
    if (!isOfUser(refreshed, claims)) return reject('user and token differ');
    const seal = sealTokens(refreshed, await passwords.read());
    return { outcome: 'refreshed', session: toSession(refreshed, claims), seal };
  };

  return {
    async open(seal, client, { mayRefresh }) {
      const tokens = await unseal(seal);
      // A seal by a password that this instance has not heard of yet, in the middle of a rotation: another instance opens it.
      if (!tokens) return { outcome: isIronSeal(seal) ? 'rejected' : 'ended' };
      const verified = await verifyAccessToken(tokens.accessToken, {
        keys: account.keys,
        clientId: await account.clientId(),
        issuers: await account.issuers(),
        now: clock(),
      });
      if (verified.outcome === 'invalid') return reject(verified.reason);
      if (verified.outcome === 'valid') {
        const { claims } = verified;
        if (!isOfUser(tokens, claims)) return reject('user and token differ');
        return { outcome: 'active', session: toSession(tokens, claims) };
      }
      if (!mayRefresh) throw new AuthError('temporarily_unavailable', 'a prefetch does not refresh');
      return refresh(tokens, client);
    },
  };
}

/** The token alone is signed: a seal that puts another user beside it is not to be believed. */
function isOfUser(tokens: SealedTokens, claims: AccessTokenClaims | undefined): claims is AccessTokenClaims {
  return claims?.sub === tokens.user.id;
}
