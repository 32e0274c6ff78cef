/** The core of native sessions on memory stores, with a clock that stands still and a WorkOS that says what a test wants. */
import { createHash, randomBytes } from 'node:crypto';
import { AuthError } from '../../functions/shared/domain/auth-error.ts';
import { hashTicket, type LoginTicket, newTicket } from '../../functions/shared/domain/device-tickets.ts';
import {
  redeemTicket,
  type RedeemedTicket,
  type TicketRedemption,
} from '../../functions/shared/domain/redeem-ticket.ts';
import {
  refreshNativeSession,
  type RefreshedSession,
  type RefreshRequest,
} from '../../functions/shared/domain/refresh-native-session.ts';
import type { GrantedTokens } from '../../functions/shared/domain/native-grants.ts';
import { deriveUserId } from '../../functions/shared/domain/user-id.ts';
import type { UserStanding } from '../../functions/shared/domain/user-standing.ts';
import { createAccessTokenIssuer } from '../../functions/shared/jwt/issue.ts';
import { createAccessTokenVerifier } from '../../functions/shared/jwt/verify.ts';
import { collectLog } from './collected-log.ts';
import { holdClock } from './held-clock.ts';
import { createMemoryDataKeys } from './memory-data-keys.ts';
import { createMemoryDeviceTickets } from './memory-device-tickets.ts';
import { createMemoryEventBus } from './memory-event-bus.ts';
import { createMemoryIssuedTokens } from './memory-issued-tokens.ts';
import { createMemoryNativeSessionRecords } from './memory-native-session-records.ts';
import { createMemorySessionRecords } from './memory-session-records.ts';
import { createMemoryUsers } from './memory-users.ts';
import { makeSigningKey, signingWith, verifyingWith } from './signing-keys.ts';

export const client = { ipAddress: '192.0.2.7', userAgent: 'App/1' };
export const lifetime = { idleSeconds: 60 * 86_400, maxSeconds: 365 * 86_400 };
export const publicUrl = 'https://auth.example.com';

const signingKey = makeSigningKey('signing-key', 'ES256');
const workosUserId = 'user_01HALICE';
export const userId = deriveUserId(workosUserId);

/** What the app has after the login: the ticket from the redirect, and its own verifier. */
export interface Proof {
  readonly ticket: string;
  readonly verifier: string;
}

export interface WorkosUnderTest {
  /** `unreachable` is what its failure to answer looks like. */
  says: UserStanding | 'unreachable';
  /** How often it was asked about a user. */
  asked: number;
  /** Sessions that were ended there. */
  readonly revoked: string[];
  /** Whether it does not take revocations. */
  isAway: boolean;
}

export async function startNativeGrants() {
  const clock = holdClock();
  const users = createMemoryUsers();
  const events = createMemoryEventBus();
  const log = collectLog();
  const issued = createMemoryIssuedTokens();
  const memorySessions = createMemoryNativeSessionRecords();
  const keys = createMemoryDataKeys();
  const memoryTickets = createMemoryDeviceTickets();
  const reads = { sessions: 0, tickets: 0 };
  const workos: WorkosUnderTest = { says: { stands: true, roles: ['admin'] }, asked: 0, revoked: [], isAway: false };
  const away = () => new AuthError('temporarily_unavailable', 'WorkOS is away', { cause: new Error('no answer') });

  const parts = {
    tickets: {
      ...memoryTickets,
      take(hash: string) {
        reads.tickets += 1;
        return memoryTickets.take(hash);
      },
    },
    sessions: {
      ...memorySessions,
      find(sessionId: string, now: Date) {
        reads.sessions += 1;
        return memorySessions.find(sessionId, now);
      },
      findKept(sessionId: string) {
        reads.sessions += 1;
        return memorySessions.findKept(sessionId);
      },
    },
    records: createMemorySessionRecords(),
    keys,
    accessTokens: createAccessTokenIssuer({
      signingKeys: signingWith(signingKey),
      issued,
      issuer: publicUrl,
      audience: publicUrl,
    }),
    users,
    events,
    standings: {
      ask() {
        workos.asked += 1;
        return workos.says === 'unreachable' ? Promise.reject(away()) : Promise.resolve(workos.says);
      },
    },
    remote: {
      revoke: () => Promise.reject(new Error('its own id is known')),
      revokeById(workosSessionId: string) {
        if (workos.isAway) return Promise.reject(away());
        workos.revoked.push(workosSessionId);
        return Promise.resolve();
      },
    },
    clock,
    lifetime,
  };

  await users.recordSignIn({
    userId,
    workosUserId,
    email: 'alice@example.com',
    name: 'Alice Archer',
    pictureUrl: undefined,
    authMethod: 'Password',
    organizationId: 'org_1',
    roles: ['admin'],
    profileAt: clock(),
    at: clock(),
  });

  /** As `/callback` leaves it. */
  const login = async (details: Partial<LoginTicket> = {}): Promise<Proof> => {
    const ticket = newTicket();
    const verifier = randomBytes(32).toString('base64url');
    await parts.tickets.put(hashTicket(ticket), {
      kind: 'login',
      userId,
      workosUserId,
      workosSessionId: 'session_01HALICE',
      organizationId: 'org_1',
      roles: ['admin'],
      clientId: 'gatehouse-native',
      redirectUri: 'yourappscheme://login/success',
      codeChallenge: createHash('sha256').update(verifier).digest('base64url'),
      dpopThumbprint: undefined,
      expiresAt: new Date(clock().getTime() + 120_000),
      ...details,
    });
    return { ticket, verifier };
  };
  const redeem = (proof: Proof, more: Partial<TicketRedemption> = {}): Promise<RedeemedTicket> =>
    redeemTicket(parts, { ...proof, claimed: { userId }, proofThumbprint: undefined, client, ...more }, log);
  const refresh = (refreshToken: string, more: Partial<RefreshRequest> = {}): Promise<RefreshedSession> =>
    refreshNativeSession(parts, { refreshToken, proofThumbprint: undefined, client, ...more }, log);

  return {
    clock,
    users,
    events,
    log,
    issued,
    keys,
    workos,
    reads,
    parts,
    /** Of what `parts.accessTokens` issues. */
    verifier: createAccessTokenVerifier({ keys: verifyingWith(signingKey), issuer: publicUrl, audience: publicUrl }),
    login,
    redeem,
    refresh,
    sessionRows: memorySessions.rows,
    /** From a login to the first tokens. */
    async begin(details: Partial<LoginTicket> = {}): Promise<GrantedTokens> {
      return grantedBy(await redeem(await login(details), { proofThumbprint: details.dpopThumbprint }));
    },
  };
}

export type NativeGrantsUnderTest = Awaited<ReturnType<typeof startNativeGrants>>;

/** @throws Error when there are no tokens. */
export function grantedBy(outcome: RedeemedTicket | RefreshedSession): GrantedTokens {
  if (outcome.outcome === 'granted') return outcome.tokens;
  throw new Error(`refused: ${outcome.reason}`);
}
