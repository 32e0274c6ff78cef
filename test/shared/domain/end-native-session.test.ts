import { beforeEach, describe, expect, it } from 'vitest';
import {
  findNativeSession,
  revokeNativeSession,
  signOutNativeSession,
} from '../../../functions/shared/domain/end-native-session.ts';
import type { NativeSession } from '../../../functions/shared/domain/native-session-records.ts';
import {
  grantedBy,
  type NativeGrantsUnderTest,
  startNativeGrants,
  userId,
} from '../../support/native-grants-under-test.ts';
import { brokenEventBus } from '../../support/memory-event-bus.ts';

let grants: NativeGrantsUnderTest;
beforeEach(async () => {
  grants = await startNativeGrants();
});

async function beginSession(): Promise<{ readonly session: NativeSession; readonly refreshToken: string }> {
  const { refreshToken } = await grants.begin();
  const session = await findNativeSession(grants.parts, refreshToken);
  if (!session) throw new Error('no session');
  return { session, refreshToken };
}

const signOut = (session: NativeSession) =>
  signOutNativeSession(grants.parts, session, { log: grants.log, now: grants.clock() });

describe('findNativeSession()', () => {
  it('finds a session by any of its tokens, ended or not', async () => {
    const { refresh, parts, clock } = grants;
    const { session, refreshToken } = await beginSession();
    const next = grantedBy(await refresh(refreshToken)).refreshToken;
    await parts.sessions.end(session.sessionId, 'signed_out', clock());
    for (const token of [refreshToken, next])
      expect((await findNativeSession(parts, token))?.sessionId).toBe(session.sessionId);
  });

  it('finds none by a text that is no token of ours, and reads no row for it', async () => {
    const { parts, reads } = grants;
    const { refreshToken } = await beginSession();
    const before = reads.sessions;
    for (const text of ['', 'junk', refreshToken.slice(1)])
      expect(await findNativeSession(parts, text)).toBeUndefined();
    expect(reads.sessions).toBe(before);
  });
});

describe('signOutNativeSession()', () => {
  it('ends the session here and at WorkOS, and says so once', async () => {
    const { events, log, workos, refresh, sessionRows } = grants;
    const { session, refreshToken } = await beginSession();
    await signOut(session);
    await signOut(session);
    const { sessionId } = session;
    expect(sessionRows.get(sessionId)?.ended?.reason).toBe('signed_out');
    expect(events.published).toStrictEqual([{ name: 'user.signed_out', detail: { userId, sessionId } }]);
    expect(log.fieldsOf('native.signed_out')).toStrictEqual([{ sessionId, userId, clientId: 'gatehouse-native' }]);
    expect(workos.revoked).toStrictEqual(['session_01HALICE', 'session_01HALICE']);
    expect(await refresh(refreshToken)).toMatchObject({ reason: 'ended' });
  });

  it('fails when WorkOS does not hear, with the session ended here, and reaches it when it is repeated', async () => {
    const { workos, refresh } = grants;
    const { session, refreshToken } = await beginSession();
    workos.isAway = true;
    await expect(signOut(session)).rejects.toMatchObject({ code: 'temporarily_unavailable' });
    expect(await refresh(refreshToken)).toMatchObject({ reason: 'ended' });
    workos.isAway = false;
    await signOut(session);
    expect(workos.revoked).toStrictEqual(['session_01HALICE']);
  });

  it('goes on when the bus takes no event, and tells operators', async () => {
    const { parts, log, workos } = grants;
    const { session } = await beginSession();
    Object.assign(parts, { events: brokenEventBus });
    await signOut(session);
    expect(log.fieldsOf('event.lost')).toStrictEqual([{ name: 'user.signed_out' }]);
    expect(workos.revoked).toHaveLength(1);
  });
});

describe('revokeNativeSession()', () => {
  it.each([
    ['warn', 'refresh_token_reused'],
    ['info', 'ended_by_user'],
    ['info', 'revoked_at_workos'],
    ['info', 'membership_gone'],
    ['info', 'user_gone'],
  ] as const)('is worth a line of level %s for %s', async (level, reason) => {
    const { parts, log, clock } = grants;
    const { session } = await beginSession();
    await revokeNativeSession(parts, session, { reason, log, now: clock() });
    const lines = log.lines.filter(({ event }) => event === 'native.session_revoked');
    expect(lines).toStrictEqual([expect.objectContaining({ level, fields: expect.objectContaining({ reason }) })]);
  });

  it('says whether it was this call that ended the session, and tells nobody of one that had ended', async () => {
    const { parts, log, clock, events, workos } = grants;
    const { session } = await beginSession();
    const revocation = { reason: 'ended_by_user', log, now: clock() } as const;
    expect(await revokeNativeSession(parts, session, revocation)).toBe(true);
    expect(await revokeNativeSession(parts, session, { ...revocation, reason: 'user_gone' })).toBe(false);
    expect(events.published.map(({ detail }) => detail)).toStrictEqual([
      { sessionId: session.sessionId, userId, clientId: 'gatehouse-native', reason: 'ended_by_user' },
    ]);
    expect(workos.revoked).toHaveLength(1);
  });
});
