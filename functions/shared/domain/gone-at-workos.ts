/**
 * Ending what stands on a session, a user or a membership that WorkOS says is gone. Every step may be repeated and may meet
 * the others in any order: a queue delivers late and twice, and a crash halfway brings the whole message again.
 */
import type { Clock } from './clock.ts';
import { type Revocation, revokeNativeSession } from './end-native-session.ts';
import { forgetConnections, type ForgetConnectionsParts } from './forget-connections.ts';
import type { Log } from './log.ts';
import type { NativeSession, NativeSessionRecords } from './native-session-records.ts';
import type { RemoteSessions } from './remote-sessions.ts';
import type { SessionRecords } from './session-records.ts';
import { deriveSessionId, deriveUserId } from './user-id.ts';
import type { Users } from './users.ts';

export interface GoneAtWorkos extends ForgetConnectionsParts {
  readonly users: Users;
  readonly records: SessionRecords;
  readonly nativeSessions: NativeSessionRecords;
  readonly clock: Clock;
}

/** A session that was ended at WorkOS, or by us there. */
export async function endSession(
  parts: GoneAtWorkos,
  session: { readonly workosUserId: string; readonly workosSessionId: string },
  log: Log,
): Promise<void> {
  const { records, nativeSessions, clock } = parts;
  const now = clock();
  // First, and also where no row is: whoever is about to begin a session on this one finds it ended.
  const sessionId = deriveSessionId(session.workosSessionId);
  await records.end({ sessionId, userId: deriveUserId(session.workosUserId) }, now);
  const families = await nativeSessions.listByWorkosSession(session.workosSessionId, now);
  await endFamilies(parts, families, 'revoked_at_workos', log);
}

type Step = (parts: GoneAtWorkos, userId: string, log: Log) => Promise<void>;

/** What goes with a user, after the tombstone. Tickets need no step: their 120 seconds are soon over, and whoever redeems one meets the tombstone. */
const stepsOfDeletion: readonly Step[] = [endWebSessions, endNativeSessions, forgetConnections];

/** @param at when WorkOS deleted the user. */
export async function deleteUser(
  parts: GoneAtWorkos,
  { workosUserId, at }: { readonly workosUserId: string; readonly at: Date },
  log: Log,
): Promise<void> {
  const userId = deriveUserId(workosUserId);
  // First: from here on the user is barred, whatever begins meanwhile. The lists that the steps read are indexes, which may
  // not have a session of this second yet; it is refused by the tombstone all the same.
  await parts.users.leaveTombstone(userId, at);
  await Promise.all(stepsOfDeletion.map((step) => step(parts, userId, log)));
}

async function endWebSessions({ records, clock }: GoneAtWorkos, userId: string): Promise<void> {
  const now = clock();
  const sessions = await records.list(userId, now);
  await Promise.all(sessions.map(({ sessionId }) => records.end({ sessionId, userId }, now)));
}

async function endNativeSessions(parts: GoneAtWorkos, userId: string, log: Log): Promise<void> {
  await endFamilies(parts, await parts.nativeSessions.listByUser(userId, parts.clock()), 'user_gone', log);
}

export interface Membership {
  readonly workosUserId: string;
  readonly organizationId: string;
}

/**
 * Ends what began before the membership ended, so that a late delivery leaves alone who has become a member again since.
 * @param at when WorkOS ended it.
 */
export async function endMembership(
  parts: GoneAtWorkos,
  { workosUserId, organizationId, at }: Membership & { readonly at: Date },
  log: Log,
): Promise<void> {
  const { records, nativeSessions, clock } = parts;
  const userId = deriveUserId(workosUserId);
  const now = clock();
  const [web, native] = await Promise.all([records.list(userId, now), nativeSessions.listByUser(userId, now)]);
  const isOver = (session: { readonly organizationId: string | undefined; readonly createdAt: Date }): boolean =>
    session.organizationId === organizationId && session.createdAt < at;
  // What an index does not show yet is refused at its next refresh: on the web by WorkOS, native by our question to it.
  await Promise.all([
    ...web.filter(isOver).map(({ sessionId }) => records.end({ sessionId, userId }, now)),
    endFamilies(parts, native.filter(isOver), 'membership_gone', log),
    // Two clocks say what came before what: of those that began after it WorkOS is asked once more.
    askAbout(
      nativeSessions,
      native.filter((session) => !isOver(session)),
      organizationId,
    ),
  ]);
}

/** A membership that is new or has other roles: native sessions take them over at their next refresh, web ones by themselves. */
export async function askAboutMembership(
  { nativeSessions, clock }: GoneAtWorkos,
  { workosUserId, organizationId }: Membership,
): Promise<void> {
  await askAbout(nativeSessions, await nativeSessions.listByUser(deriveUserId(workosUserId), clock()), organizationId);
}

async function askAbout(
  nativeSessions: NativeSessionRecords,
  sessions: readonly NativeSession[],
  organizationId: string,
): Promise<void> {
  const concerned = sessions.filter((session) => session.organizationId === organizationId);
  await Promise.all(concerned.map(({ sessionId }) => nativeSessions.askAgain(sessionId)));
}

/** WorkOS is where the news comes from: nothing is to be ended there. */
const remote: RemoteSessions = { revoke: () => Promise.resolve(), revokeById: () => Promise.resolve() };

async function endFamilies(
  { nativeSessions, events, clock }: GoneAtWorkos,
  sessions: readonly NativeSession[],
  reason: Revocation['reason'],
  log: Log,
): Promise<void> {
  const parts = { sessions: nativeSessions, remote, events };
  await Promise.all(sessions.map((session) => revokeNativeSession(parts, session, { reason, log, now: clock() })));
}
