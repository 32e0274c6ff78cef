/** A ticket and what only the app that asked for it holds, in exchange for a native session and its first tokens. */
import { createHash } from 'node:crypto';
import { isEqual } from '../crypto/constant-time.ts';
import { type DeviceTickets, hashTicket, type LoginTicket } from './device-tickets.ts';
import type { Log } from './log.ts';
import { type GrantedTokens, type NativeGrantParts, slidingExpiry, toGrantedTokens } from './native-grants.ts';
import type { NativeSession } from './native-session-records.ts';
import { hashFamily, type RefreshToken, startFamily, writeRefreshToken } from './refresh-token.ts';
import type { SessionRecords } from './session-records.ts';
import { deriveSessionId } from './user-id.ts';
import type { ClientInfo } from './web-sessions.ts';

/** What whoever redeems says the ticket is: all of it has to be so. */
export type ClaimedTicket = Pick<LoginTicket, 'userId'> | Pick<LoginTicket, 'clientId' | 'redirectUri'>;

export interface TicketRedemption {
  readonly ticket: string;
  /** `code_verifier` (RFC 7636 §4.1). */
  readonly verifier: string;
  readonly claimed: ClaimedTicket;
  /** Of the key that the request's valid DPoP proof is by; `undefined` without a proof. */
  readonly proofThumbprint: string | undefined;
  /** Whether that proof binds the session of a ticket that names no key, as it does at a token endpoint (RFC 9449 §5). */
  readonly proofBinds?: boolean;
  readonly client: ClientInfo;
}

/** For the log alone: from outside all of them but `user_gone` have to look the same. */
export type TicketRefusal =
  | 'unknown_or_used'
  | 'expired'
  | 'other_than_claimed'
  | 'wrong_verifier'
  | 'wrong_key'
  /** WorkOS has ended the session that the ticket comes from. */
  | 'session_ended'
  /** The proof was right, and its user was disabled or deleted since. */
  | 'user_gone';

export type RedeemedTicket =
  | { readonly outcome: 'granted'; readonly tokens: GrantedTokens }
  | { readonly outcome: 'refused'; readonly reason: TicketRefusal };

export interface RedeemTicketParts extends Omit<NativeGrantParts, 'events' | 'remote'> {
  readonly tickets: DeviceTickets;
  /** Where the news of a revoked WorkOS session is kept, also of one that began no session on the web. */
  readonly records: Pick<SessionRecords, 'isEnded'>;
}

const verifierSyntax = /^[\w.~-]{43,128}$/;

/**
 * The ticket is gone with the first attempt, whatever comes of it: a verifier cannot be guessed at, and of many who redeem
 * at once one gets a session. What is to be refused with the ticket kept has to be refused before this.
 *
 * A bound ticket (`dpop_jkt`) wants a proof by its key. One that is not bound makes a session that is not, proof or no proof,
 * unless `proofBinds`.
 * @throws AuthError `temporarily_unavailable`; the ticket may be gone then, and its user signs in again.
 */
export async function redeemTicket(
  parts: RedeemTicketParts,
  redemption: TicketRedemption,
  log: Log,
): Promise<RedeemedTicket> {
  const taken = await parts.tickets.take(hashTicket(redemption.ticket));
  // One of a connect is gone now, too: nobody who is honest brings it here.
  const ticket = taken?.kind === 'login' ? taken : undefined;
  const now = parts.clock();
  const refusal = ticket ? judge(ticket, redemption, now) : 'unknown_or_used';
  if (!ticket || refusal) return { outcome: 'refused', reason: refusal ?? 'unknown_or_used' };
  const [user, isEnded] = await Promise.all([
    parts.users.find(ticket.userId),
    parts.records.isEnded(deriveSessionId(ticket.workosSessionId)),
  ]);
  if (!user) return { outcome: 'refused', reason: 'user_gone' };
  if (isEnded) return { outcome: 'refused', reason: 'session_ended' };

  const family = startFamily();
  const session = toSession(boundBy(redemption, ticket), family, redemption.client, parts, now);
  const [issued, key] = await Promise.all([parts.accessTokens.issue(session, now), parts.keys.current()]);
  // Last, so that a session of which nobody ever got a token is in no list.
  await parts.sessions.begin(session);
  const { sessionId, userId, clientId } = session;
  log.info('native.session_begun', { sessionId, userId, clientId });
  return { outcome: 'granted', tokens: toGrantedTokens(session, issued, writeRefreshToken(family, key), now) };
}

/** Every check is made whatever the others said: how long it takes says nothing of which one failed. */
function judge(ticket: LoginTicket, redemption: TicketRedemption, now: Date): TicketRefusal | undefined {
  const { claimed, verifier, proofThumbprint = '' } = redemption;
  const isAsClaimed =
    'userId' in claimed
      ? isEqual(claimed.userId, ticket.userId)
      : isEqual(claimed.clientId, ticket.clientId) && isEqual(claimed.redirectUri, ticket.redirectUri);
  const isVerified = isEqual(challengeOf(verifier), ticket.codeChallenge) && verifierSyntax.test(verifier);
  const hasKey = isEqual(ticket.dpopThumbprint ?? proofThumbprint, proofThumbprint);
  if (ticket.expiresAt <= now) return 'expired';
  if (!isAsClaimed) return 'other_than_claimed';
  if (!isVerified) return 'wrong_verifier';
  return hasKey ? undefined : 'wrong_key';
}

function boundBy({ proofBinds = false, proofThumbprint }: TicketRedemption, ticket: LoginTicket): LoginTicket {
  return proofBinds ? { ...ticket, dpopThumbprint: ticket.dpopThumbprint ?? proofThumbprint } : ticket;
}

/** S256 (RFC 7636 §4.2). */
function challengeOf(verifier: string): string {
  return createHash('sha256').update(verifier).digest('base64url');
}

function toSession(
  ticket: LoginTicket,
  family: RefreshToken,
  client: ClientInfo,
  { lifetime }: RedeemTicketParts,
  now: Date,
): NativeSession {
  const { userId, workosUserId, workosSessionId, organizationId, roles, clientId, dpopThumbprint } = ticket;
  const absoluteExpiresAt = new Date(now.getTime() + lifetime.maxSeconds * 1000);
  return {
    sessionId: family.sessionId,
    userId,
    workosUserId,
    workosSessionId,
    organizationId,
    roles,
    clientId,
    dpopThumbprint,
    counter: family.counter,
    familyHash: hashFamily(family),
    rotatedAt: now,
    askedAt: now,
    createdAt: now,
    lastSeenAt: now,
    client,
    expiresAt: slidingExpiry(now, absoluteExpiresAt, lifetime),
    absoluteExpiresAt,
  };
}
