/** The worker of WorkOS's events over stores in memory, with users and sessions to begin with. */
import {
  applyWorkosEvent,
  type ApplyWorkosEventDependencies,
} from '../../functions/apply-workos-event/apply-workos-event.ts';
import { deriveSessionId, deriveUserId } from '../../functions/shared/domain/user-id.ts';
import type { SignIn } from '../../functions/shared/domain/users.ts';
import { collectLog } from './collected-log.ts';
import { holdClock } from './held-clock.ts';
import { createMemoryConnectedAccounts } from './memory-connected-accounts.ts';
import { createMemoryEventBus } from './memory-event-bus.ts';
import { createMemoryModuleConnections } from './memory-module-connections.ts';
import { createMemoryNativeSessionRecords } from './memory-native-session-records.ts';
import { createMemoryOnce } from './memory-once.ts';
import { createMemoryPendingRevocations } from './memory-pending-revocations.ts';
import { createMemorySessionRecords, type MemorySessionRows } from './memory-session-records.ts';
import { createMemoryUsers } from './memory-users.ts';
import { github, gmail } from './module-keeper-contract.ts';
import { nativeSessionOfSomeone } from './native-session-records-contract.ts';

const client = { ipAddress: '192.0.2.7', userAgent: 'Firefox' };

export interface SessionToBegin {
  readonly workosUserId: string;
  readonly workosSessionId: string;
  readonly organizationId?: string | undefined;
  readonly at: Date;
}

/** @param replace parts that are to fail. */
export function startWorker(
  replace: (parts: ApplyWorkosEventDependencies) => Partial<ApplyWorkosEventDependencies> = () => ({}),
) {
  const rows: MemorySessionRows = new Map();
  const clock = holdClock();
  const users = createMemoryUsers();
  const records = createMemorySessionRecords({ rows });
  const nativeSessions = createMemoryNativeSessionRecords();
  const once = createMemoryOnce();
  const events = createMemoryEventBus();
  const modules = {
    modules: [gmail, github],
    connections: createMemoryModuleConnections(),
    accounts: createMemoryConnectedAccounts(),
    revocations: createMemoryPendingRevocations(),
  };
  const parts = { users, records, nativeSessions, once, events, clock, ...modules };
  const work = applyWorkosEvent({ ...parts, ...replace(parts) });
  const log = collectLog();

  return {
    ...parts,
    log,
    /** As the queue hands it over. */
    apply: (event: unknown) => work(JSON.stringify(event), log),
    applyText: (body: string) => work(body, log),
    signIn: (details: Pick<SignIn, 'workosUserId'> & Partial<SignIn>) =>
      users.recordSignIn({
        userId: deriveUserId(details.workosUserId),
        email: 'alice@example.com',
        name: 'Alice Archer',
        pictureUrl: undefined,
        authMethod: 'Password',
        organizationId: undefined,
        roles: [],
        profileAt: new Date(0),
        at: clock(),
        ...details,
      }),
    async beginWeb({ workosUserId, workosSessionId, organizationId, at }: SessionToBegin): Promise<string> {
      const sessionId = deriveSessionId(workosSessionId);
      await records.begin({ sessionId, userId: deriveUserId(workosUserId), organizationId }, client, at);
      return sessionId;
    },
    async beginNative({ workosUserId, workosSessionId, organizationId, at }: SessionToBegin): Promise<string> {
      const expiry = { expiresAt: new Date('2027-01-01'), absoluteExpiresAt: new Date('2027-06-01') };
      const of = { userId: deriveUserId(workosUserId), workosUserId, workosSessionId, organizationId };
      const session = nativeSessionOfSomeone({ ...of, ...expiry, createdAt: at, askedAt: at, lastSeenAt: at });
      await nativeSessions.begin(session);
      return session.sessionId;
    },
    /** What is in force: the profiles, who is barred, which sessions stand and which are to be asked about. */
    state: () => ({
      users: (userIds: readonly string[]) => userIds.map((userId) => users.stored(userId)),
      web: [...rows].filter(([, row]) => row.endedAt === undefined).map(([id]) => id),
      native: [...nativeSessions.rows].filter(([, row]) => !row.ended).map(([id]) => id),
      toBeAsked: [...nativeSessions.rows]
        .filter(([, { session, ended }]) => !ended && session.askedAt.getTime() === 0)
        .map(([id]) => id),
    }),
    endOf: (nativeSessionId: string) => nativeSessions.rows.get(nativeSessionId)?.ended?.reason,
  };
}
