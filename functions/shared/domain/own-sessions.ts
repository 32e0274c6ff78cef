/** Where a user is signed in, in browsers and in apps alike. */
import type { NativeSessionRecords } from './native-session-records.ts';
import type { SessionRecord, SessionRecords } from './session-records.ts';

export interface OwnSession extends Pick<SessionRecord, 'client' | 'createdAt' | 'lastSeenAt' | 'sessionId'> {
  readonly kind: 'web' | 'native';
  /** Of the app that a native one belongs to. */
  readonly clientId?: string;
}

export interface OwnSessionsParts {
  readonly records: Pick<SessionRecords, 'list'>;
  readonly nativeSessions: Pick<NativeSessionRecords, 'listByUser'>;
}

/** Those that nobody ended, the latest first. */
export async function listOwnSessions(
  { records, nativeSessions }: OwnSessionsParts,
  userId: string,
  now: Date,
): Promise<readonly OwnSession[]> {
  const [web, native] = await Promise.all([records.list(userId, now), nativeSessions.listByUser(userId, now)]);
  const all: OwnSession[] = [
    ...web.map(({ sessionId, createdAt, lastSeenAt, client }) => ({
      kind: 'web' as const,
      sessionId,
      createdAt,
      lastSeenAt,
      client,
    })),
    ...native.map(({ sessionId, createdAt, lastSeenAt, client, clientId }) => ({
      kind: 'native' as const,
      sessionId,
      createdAt,
      lastSeenAt,
      client,
      clientId,
    })),
  ];
  return all.toSorted((a, b) => b.lastSeenAt.getTime() - a.lastSeenAt.getTime());
}
