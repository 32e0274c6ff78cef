/** Web sessions by what a test says of each seal; a seal it does not know is nobody's. */
import type { ClientInfo, OpenedSession, Session, WebSessions } from '../../functions/shared/domain/web-sessions.ts';

export const aliceSession: Session = {
  kind: 'web',
  userId: 'usr_0123456789abcdef0123456789abcdef',
  workosUserId: 'user_01HALICE',
  sessionId: 'fedcba9876543210fedcba9876543210',
  email: 'alice@example.com',
  name: 'Alice Archer',
  pictureUrl: 'https://pictures.example.com/alice.png',
  impersonator: undefined,
  organizationId: 'org_01HACME',
  roles: ['admin', 'billing'],
  authMethod: 'GoogleOAuth',
  expiresAt: new Date('2026-11-22T10:05:00Z'),
};

export interface MemoryWebSessions extends WebSessions {
  /** What it was asked, in order. */
  readonly asked: readonly { readonly seal: string; readonly client: ClientInfo; readonly mayRefresh: boolean }[];
}

/** @param bySeal an error is thrown, anything else given back. */
export function createMemoryWebSessions(
  bySeal: Readonly<Record<string, OpenedSession | Error>> = { alice: { outcome: 'active', session: aliceSession } },
): MemoryWebSessions {
  const asked: { seal: string; client: ClientInfo; mayRefresh: boolean }[] = [];
  return {
    asked,
    open: async (seal, client, { mayRefresh }) => {
      asked.push({ seal, client, mayRefresh });
      const opened = bySeal[seal] ?? { outcome: 'ended' };
      return opened instanceof Error ? Promise.reject(opened) : Promise.resolve(opened);
    },
  };
}
