/** Web sessions in WorkOS's own seal: unsealed and verified on every request, refreshed in place when the access token has expired. */
import { randomUUID } from 'node:crypto';
import { isIronSeal } from '../crypto/iron-seal.ts';
import { hashRefreshToken, openSuccessor, sealSuccessor } from '../crypto/successor.ts';
import { AuthError } from '../domain/auth-error.ts';
import type { Clock } from '../domain/clock.ts';
import type { Log } from '../domain/log.ts';
import type { RefreshLeases } from '../domain/refresh-leases.ts';
import { refreshOnce } from '../domain/refresh-once.ts';
import { deriveSessionId, deriveUserId } from '../domain/user-id.ts';
import type { Users } from '../domain/users.ts';
import type { ClientInfo, OpenedSession, WebSessions } from '../domain/web-sessions.ts';
import { type AccessTokenClaims, unverifiedClaims, verifyAccessToken } from './access-token.ts';
import { refreshTokens } from './refresh.ts';
import { createUnsealer, parseTokens, type PasswordSource, type SealedTokens, sealTokens } from './session-seal.ts';
import { toSession } from './to-session.ts';
import type { WorkosAccount } from './workos-account.ts';

export interface WorkosWebSessionsOptions {
  readonly account: WorkosAccount;
  readonly passwords: PasswordSource;
  readonly leases: RefreshLeases;
  readonly users: Pick<Users, 'isBarred'>;
  readonly clock: Clock;
  readonly sleep: (ms: number) => Promise<void>;
  readonly log: Log;
}

export function createWorkosWebSessions(options: WorkosWebSessionsOptions): WebSessions {
  const { account, passwords, leases, users, clock, sleep, log } = options;
  const unseal = createUnsealer(passwords);

  const reject = (reason: string): OpenedSession => {
    log.error('session.rejected', { reason });
    return { outcome: 'rejected' };
  };

  const isBarred = async (userId: string): Promise<boolean> => {
    try {
      return await users.isBarred(userId);
    } catch (error) {
      // As with the lease: WorkOS still has a say, and an outage of the table is no reason to sign everybody out.
      log.error('session.user_not_read', {}, error);
      return false;
    }
  };

  const refresh = async (tokens: SealedTokens, client: ClientInfo): Promise<OpenedSession> => {
    const old = unverifiedClaims(tokens.accessToken);
    if (!isOfUser(tokens, old)) return reject('user and token differ');
    const { refreshToken } = tokens;
    const sessionId = deriveSessionId(old.sid);
    const userId = deriveUserId(old.sub);
    const asking = isBarred(userId);
    const request = { sessionId, userId, tokenHash: hashRefreshToken(refreshToken), client };
    const refreshed = await refreshOnce<SealedTokens>(request, {
      leases,
      clock,
      sleep,
      newLeaseId: randomUUID,
      refresh: () => refreshTokens(account, { tokens, organizationId: old.org_id, client, log }),
      seal: (successor) => sealSuccessor(JSON.stringify(successor), refreshToken, sessionId),
      unseal: (successor) => parseTokens(openSuccessor(successor, refreshToken, sessionId)),
      onTableFailure: (error) => log.error('session.lease_failed', {}, error),
    });
    if (!refreshed || (await asking)) return { outcome: 'ended' };
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
