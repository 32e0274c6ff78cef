/**
 * A refresh token in exchange for its successor and a new JWT (RFC 6749 §6, RFC 9700 §4.14).
 *
 * The current token is exchanged. The one before it gets the same successor for half a minute, as often as it asks, since an
 * answer may have been lost on its way; once the successor has been used it is old. An old one has been stolen, or its thief
 * has used the other: the whole family ends.
 */
import { isEqual } from '../crypto/constant-time.ts';
import { AuthError } from './auth-error.ts';
import { revokeNativeSession } from './end-native-session.ts';
import type { Log } from './log.ts';
import { type GrantedTokens, type NativeGrantParts, slidingExpiry, toGrantedTokens } from './native-grants.ts';
import type { NativeSession } from './native-session-records.ts';
import { hashFamily, readRefreshToken, type RefreshToken, successorOf, writeRefreshToken } from './refresh-token.ts';
import type { UserStanding, UserStandings } from './user-standing.ts';
import type { ClientInfo } from './web-sessions.ts';

export interface RefreshRequest {
  readonly refreshToken: string;
  /** Who says to be asking (RFC 6749 §6): the session has to be theirs. Any client's will do where it is not said. */
  readonly clientId?: string;
  /** Of the key that the request's valid DPoP proof is by; `undefined` without a proof. */
  readonly proofThumbprint: string | undefined;
  readonly client: ClientInfo;
}

export type RefreshRefusal =
  /** No token of ours. */
  | 'unknown'
  /** Ended, or past its time. */
  | 'ended'
  /** Another client's; nothing is spent. */
  | 'other_client'
  /** Its tokens are bound to a key, and the request has no proof; nothing is spent. */
  | 'proof_missing'
  /** The proof is by another key; nothing is spent. */
  | 'wrong_key'
  /** These end the session. */
  | 'refresh_token_reused'
  | 'user_gone'
  | 'membership_gone';

export type RefreshedSession =
  | { readonly outcome: 'granted'; readonly tokens: GrantedTokens }
  | { readonly outcome: 'refused'; readonly reason: RefreshRefusal };

export type RefreshParts = NativeGrantParts & { readonly standings: UserStandings };

/** For how long the previous token is answered like the current one was. */
export const replaySeconds = 30;
/** How old WorkOS's word on the user may be before it is asked again. */
const askAfterSeconds = 60 * 60;
/** How old it may be while WorkOS does not answer. */
const trustAtMostSeconds = 24 * 60 * 60;
/** Whoever loses a race reads what the winner wrote; it takes a second race against something else to lose again. */
const maxAttempts = 4;

/** @throws AuthError `temporarily_unavailable`, with nothing spent: the same token may be sent again. */
export async function refreshNativeSession(
  parts: RefreshParts,
  request: RefreshRequest,
  log: Log,
): Promise<RefreshedSession> {
  const token = await readRefreshToken(request.refreshToken, parts.keys);
  if (!token) return refused('unknown');
  for (let attempt = 1; attempt <= maxAttempts; attempt++) {
    const refreshed = await tryRefresh(parts, token, request, log);
    if (refreshed) return refreshed;
  }
  throw new AuthError('temporarily_unavailable', `the session changed during each of ${maxAttempts} attempts`);
}

/** @returns `undefined` when the row changed under it. */
async function tryRefresh(
  parts: RefreshParts,
  token: RefreshToken,
  request: RefreshRequest,
  log: Log,
): Promise<RefreshedSession | undefined> {
  const now = parts.clock();
  const session = await parts.sessions.find(token.sessionId, now);
  if (!session || !isEqual(session.familyHash, hashFamily(token))) return refused('ended');
  // Ahead of its row: the table was set back to a backup, and nobody can tell any more which tokens have been used.
  if (token.counter > session.counter) return refused('ended');

  if (request.clientId !== undefined && request.clientId !== session.clientId) return refused('other_client');

  // Before anything else: without the key a token neither refreshes a session nor ends it.
  if (session.dpopThumbprint !== undefined && session.dpopThumbprint !== request.proofThumbprint)
    return refused(request.proofThumbprint === undefined ? 'proof_missing' : 'wrong_key');

  const use = judgeUse(token, session, now);
  const end = async (reason: 'refresh_token_reused' | 'user_gone' | 'membership_gone'): Promise<RefreshedSession> => {
    await revokeNativeSession(parts, session, { reason, log, now });
    return refused(reason);
  };
  if (use === 'reuse') return end('refresh_token_reused');
  if (!(await parts.users.find(session.userId))) return end('user_gone');
  const standing = await askIfDue(session, parts, log, now);
  if (standing?.stands === false) return end(standing.reason);

  const current = { ...session, roles: standing?.roles ?? session.roles };
  // Before the rotation: a JWT that nobody gets does no harm, a refresh token that is spent for nothing does.
  const [issued, key] = await Promise.all([parts.accessTokens.issue(current, now), parts.keys.current()]);
  const successor = writeRefreshToken(successorOf(token), key);
  if (use === 'replay') return granted(toGrantedTokens(session, issued, successor, now));

  const expiresAt = slidingExpiry(now, session.absoluteExpiresAt, parts.lifetime);
  const rotation = { from: session, now, expiresAt, client: request.client };
  const asked = standing && { asked: { roles: standing.roles } };
  if (!(await parts.sessions.rotate(session.sessionId, { ...rotation, ...asked }))) return undefined;
  log.info('native.session_refreshed', { sessionId: session.sessionId, userId: session.userId });
  return granted(toGrantedTokens({ ...session, expiresAt }, issued, successor, now));
}

type Use = 'current' | 'replay' | 'reuse';

function judgeUse(token: RefreshToken, session: NativeSession, now: Date): Use {
  if (token.counter === session.counter) return 'current';
  const isPrevious = token.counter === session.counter - 1;
  return isPrevious && secondsBetween(session.rotatedAt, now) < replaySeconds ? 'replay' : 'reuse';
}

/** @returns WorkOS's word, or `undefined` where its last one serves. */
async function askIfDue(
  session: NativeSession,
  { standings }: RefreshParts,
  log: Log,
  now: Date,
): Promise<UserStanding | undefined> {
  const age = secondsBetween(session.askedAt, now);
  if (age <= askAfterSeconds) return undefined;
  try {
    return await standings.ask(session);
  } catch (error) {
    const isUnanswered = error instanceof AuthError && error.code === 'temporarily_unavailable';
    if (!isUnanswered || age > trustAtMostSeconds) throw error;
    log.warn('native.standing_not_asked', { sessionId: session.sessionId, ageSeconds: Math.floor(age) }, error);
    return undefined;
  }
}

const secondsBetween = (from: Date, to: Date): number => (to.getTime() - from.getTime()) / 1000;
const granted = (tokens: GrantedTokens): RefreshedSession => ({ outcome: 'granted', tokens });
const refused = (reason: RefreshRefusal): RefreshedSession => ({ outcome: 'refused', reason });
