/** Rotation of refresh tokens: what is answered to which token, and when a family ends. */
import { beforeEach, describe, expect, it } from 'vitest';
import { AuthError } from '../../../functions/shared/domain/auth-error.ts';
import { readRefreshToken, writeRefreshToken } from '../../../functions/shared/domain/refresh-token.ts';
import { brokenEventBus } from '../../support/memory-event-bus.ts';
import {
  grantedBy,
  type NativeGrantsUnderTest,
  startNativeGrants,
  userId,
} from '../../support/native-grants-under-test.ts';

let grants: NativeGrantsUnderTest;
beforeEach(async () => {
  grants = await startNativeGrants();
});

const refused = (reason: string) => ({ outcome: 'refused', reason });
const clientId = 'gatehouse-native';

async function rotate(refreshToken: string): Promise<string> {
  return grantedBy(await grants.refresh(refreshToken)).refreshToken;
}

function claimsOf(token: string): Record<string, unknown> {
  return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as Record<string, unknown>;
}

describe('a refresh', () => {
  it('gives a new JWT and the next refresh token of the same session', async () => {
    const { begin, refresh, clock, sessionRows, log } = grants;
    const first = await begin();
    clock.advanceSeconds(3600);
    const elsewhere = { ipAddress: '198.51.100.1', userAgent: 'App/2' };
    const second = grantedBy(await refresh(first.refreshToken, { client: elsewhere }));
    expect(second).toMatchObject({ tokenType: 'Bearer', expiresIn: 3600, sessionId: first.sessionId });
    expect(second.token).not.toBe(first.token);
    expect(second.refreshToken).not.toBe(first.refreshToken);
    expect(sessionRows.get(first.sessionId)?.session).toMatchObject({
      counter: 1,
      rotatedAt: clock(),
      lastSeenAt: clock(),
      client: elsewhere,
    });
    const { sessionId } = first;
    expect(log.fieldsOf('native.session_refreshed')).toStrictEqual([{ sessionId, userId }]);
  });

  it('writes the successor with the current key, and reads tokens of the one before', async () => {
    const { begin, keys } = grants;
    const { refreshToken } = await begin();
    keys.rotate();
    const next = await rotate(refreshToken);
    expect(Buffer.from(next, 'base64url').toString('latin1')).toContain('data-key-2');
    await rotate(next);
  });

  it('slides the end of the session, up to its absolute one', async () => {
    const { begin, refresh, clock } = grants;
    let { refreshToken, refreshExpiresIn } = await begin();
    const days = 86_400;
    for (let day = 0; day < 300; day += 50) {
      expect(refreshExpiresIn).toBe(60 * days);
      clock.advanceSeconds(50 * days);
      ({ refreshToken, refreshExpiresIn } = grantedBy(await refresh(refreshToken)));
    }
    clock.advanceSeconds(50 * days);
    ({ refreshToken, refreshExpiresIn } = grantedBy(await refresh(refreshToken)));
    expect(refreshExpiresIn).toBe(15 * days);
    clock.advanceSeconds(15 * days);
    expect(await refresh(refreshToken)).toStrictEqual(refused('ended'));
  });

  it('is refused when the token lay unused for too long', async () => {
    const { begin, refresh, clock } = grants;
    const { refreshToken } = await begin();
    clock.advanceSeconds(60 * 86_400);
    expect(await refresh(refreshToken)).toStrictEqual(refused('ended'));
  });

  it('reads no row for a token that was not made here', async () => {
    const { begin, refresh, reads } = grants;
    const { refreshToken } = await begin();
    const before = reads.sessions;
    for (const guess of ['', 'junk', refreshToken.replace(/.$/, (last) => (last === 'A' ? 'Q' : 'A'))])
      expect(await refresh(guess)).toStrictEqual(refused('unknown'));
    expect(reads.sessions).toBe(before);
  });

  it('is refused for a token of another family under the id of a session, MAC or no MAC', async () => {
    const { begin, refresh, keys } = grants;
    const [one, other] = [await begin(), await begin()];
    const token = await readRefreshToken(one.refreshToken, keys);
    if (!token) throw new Error('no token of ours');
    const crossed = writeRefreshToken({ ...token, sessionId: other.sessionId }, await keys.current());
    expect(await refresh(crossed)).toStrictEqual(refused('ended'));
    await rotate(other.refreshToken);
  });

  it('is refused for a token that is ahead of its row, as after the table was set back to a backup', async () => {
    const { begin, refresh, parts, sessionRows } = grants;
    const { refreshToken, sessionId } = await begin();
    const backup = sessionRows.get(sessionId)?.session;
    const ahead = await rotate(refreshToken);
    if (backup) await parts.sessions.begin(backup);
    expect(await refresh(ahead)).toStrictEqual(refused('ended'));
    expect(sessionRows.get(sessionId)?.ended).toBeUndefined();
  });
});

describe('the previous token', () => {
  it('gets the same successor for half a minute, as often as it asks', async () => {
    const { begin, refresh, clock, sessionRows } = grants;
    const { refreshToken, sessionId } = await begin();
    const successor = await rotate(refreshToken);
    for (let count = 0; count < 3; count++) expect(await rotate(refreshToken)).toBe(successor);
    clock.advanceSeconds(29);
    const replayed = grantedBy(await refresh(refreshToken));
    expect(replayed.refreshToken).toBe(successor);
    expect(replayed.refreshExpiresIn).toBe(60 * 86_400 - 29);
    expect(sessionRows.get(sessionId)?.session.counter).toBe(1);
    await rotate(successor);
  });

  it('ends the family after that', async () => {
    const { begin, refresh, clock } = grants;
    const { refreshToken } = await begin();
    const successor = await rotate(refreshToken);
    clock.advanceSeconds(30);
    expect(await refresh(refreshToken)).toStrictEqual(refused('refresh_token_reused'));
    expect(await refresh(successor)).toStrictEqual(refused('ended'));
  });

  it('ends the family at once when its successor has been used', async () => {
    const { begin, refresh } = grants;
    const { refreshToken } = await begin();
    const third = await rotate(await rotate(refreshToken));
    expect(await refresh(refreshToken)).toStrictEqual(refused('refresh_token_reused'));
    expect(await refresh(third)).toStrictEqual(refused('ended'));
  });
});

describe('fifty refreshes with one token', () => {
  it('all get the same successor, and the session moves on by one', async () => {
    const { begin, refresh, sessionRows } = grants;
    const { refreshToken, sessionId } = await begin();
    const refreshed = await Promise.all(Array.from({ length: 50 }, () => refresh(refreshToken)));
    expect(new Set(refreshed.map((each) => grantedBy(each).refreshToken)).size).toBe(1);
    expect(sessionRows.get(sessionId)?.session.counter).toBe(1);
  });
});

describe('a family that ends', () => {
  it('is said once on the bus and in the log, and ends at WorkOS', async () => {
    const { begin, refresh, clock, events, log, workos } = grants;
    const { refreshToken, sessionId } = await begin();
    await rotate(refreshToken);
    clock.advanceSeconds(30);
    await Promise.all([refresh(refreshToken), refresh(refreshToken), refresh(refreshToken)]);
    const reason = 'refresh_token_reused';
    expect(events.published).toStrictEqual([
      { name: 'native.session.revoked', detail: { sessionId, userId, clientId, reason } },
    ]);
    expect(log.lines.filter(({ level }) => level === 'warn')).toStrictEqual([
      { level: 'warn', event: 'native.session_revoked', fields: { sessionId, userId, clientId, reason } },
    ]);
    expect(workos.revoked).toStrictEqual(['session_01HALICE']);
  });

  it('ends here when neither WorkOS nor the bus can be reached', async () => {
    const { begin, refresh, clock, parts, log, workos, sessionRows } = grants;
    const { refreshToken, sessionId } = await begin();
    await rotate(refreshToken);
    clock.advanceSeconds(30);
    workos.isAway = true;
    Object.assign(parts, { events: brokenEventBus });
    expect(await refresh(refreshToken)).toStrictEqual(refused('refresh_token_reused'));
    expect(sessionRows.get(sessionId)?.ended?.reason).toBe('refresh_token_reused');
    expect(log.fieldsOf('native.workos_session_kept')).toStrictEqual([{ sessionId, userId }]);
    expect(log.fieldsOf('event.lost')).toStrictEqual([{ name: 'native.session.revoked' }]);
  });

  it('leaves the user’s other sessions alone', async () => {
    const { begin, refresh } = grants;
    const [one, other] = [await begin(), await begin()];
    await rotate(await rotate(one.refreshToken));
    expect(await refresh(one.refreshToken)).toStrictEqual(refused('refresh_token_reused'));
    expect((await refresh(other.refreshToken)).outcome).toBe('granted');
  });
});

describe('a session that is bound to a key', () => {
  it('is refreshed with a proof by it', async () => {
    const { begin, refresh } = grants;
    const { refreshToken } = await begin({ dpopThumbprint: 'the-key' });
    expect(grantedBy(await refresh(refreshToken, { proofThumbprint: 'the-key' })).tokenType).toBe('DPoP');
  });

  it('is neither refreshed nor ended by whoever has only a token of it, be it an old one', async () => {
    const { begin, refresh, clock, workos } = grants;
    const { refreshToken } = await begin({ dpopThumbprint: 'the-key' });
    const withKey = { proofThumbprint: 'the-key' };
    const next = grantedBy(await refresh(refreshToken, withKey)).refreshToken;
    clock.advanceSeconds(7200);
    for (const token of [refreshToken, next]) {
      expect(await refresh(token)).toStrictEqual(refused('proof_missing'));
      expect(await refresh(token, { proofThumbprint: 'a-key' })).toStrictEqual(refused('wrong_key'));
    }
    expect(workos.asked).toBe(0);
    grantedBy(await refresh(next, withKey));
  });

  it('is none without a key: a proof that comes along binds nothing', async () => {
    const { begin, refresh } = grants;
    const { refreshToken } = await begin();
    const tokens = grantedBy(await refresh(refreshToken, { proofThumbprint: 'a-key' }));
    expect(tokens.tokenType).toBe('Bearer');
    await rotate(tokens.refreshToken);
  });
});

describe('our own word on the user', () => {
  it.each(['disabled', 'deleted'] as const)('ends the family of one who is %s, without a question', async (status) => {
    const { begin, refresh, users, clock, workos, events } = grants;
    const { refreshToken, sessionId } = await begin();
    users.setStatus(userId, status);
    clock.advanceSeconds(7200);
    expect(await refresh(refreshToken)).toStrictEqual(refused('user_gone'));
    expect(workos.asked).toBe(0);
    expect(events.published).toStrictEqual([
      { name: 'native.session.revoked', detail: { sessionId, userId, clientId, reason: 'user_gone' } },
    ]);
  });
});

describe('the question to WorkOS', () => {
  const hour = 3600;

  it('is put when the last answer is older than an hour, and no earlier', async () => {
    const { begin, clock, workos, sessionRows } = grants;
    const { refreshToken, sessionId } = await begin();
    clock.advanceSeconds(hour);
    const second = await rotate(refreshToken);
    expect(workos.asked).toBe(0);
    clock.advanceSeconds(1);
    const third = await rotate(second);
    expect(workos.asked).toBe(1);
    expect(sessionRows.get(sessionId)?.session.askedAt).toStrictEqual(clock());
    clock.advanceSeconds(hour);
    await rotate(third);
    expect(workos.asked).toBe(1);
  });

  it('brings the roles as they are now, for the JWT and for those after it', async () => {
    const { begin, refresh, clock, workos } = grants;
    const { refreshToken } = await begin();
    workos.says = { stands: true, roles: ['member'] };
    clock.advanceSeconds(hour + 1);
    const second = grantedBy(await refresh(refreshToken));
    expect(claimsOf(second.token)).toMatchObject({ roles: ['member'] });
    const third = grantedBy(await refresh(second.refreshToken));
    expect(claimsOf(third.token)).toMatchObject({ roles: ['member'] });
    expect(workos.asked).toBe(1);
  });

  it.each(['user_gone', 'membership_gone'] as const)('ends the family when the answer is %s', async (reason) => {
    const { begin, refresh, clock, workos, events } = grants;
    const { refreshToken, sessionId } = await begin();
    workos.says = { stands: false, reason };
    clock.advanceSeconds(hour + 1);
    expect(await refresh(refreshToken)).toStrictEqual(refused(reason));
    expect(await refresh(refreshToken)).toStrictEqual(refused('ended'));
    expect(events.published).toStrictEqual([
      { name: 'native.session.revoked', detail: { sessionId, userId, clientId, reason } },
    ]);
  });

  it('may go unanswered for a day, and is put each time', async () => {
    const { begin, refresh, clock, workos, log, sessionRows } = grants;
    const first = await begin();
    workos.says = 'unreachable';
    clock.advanceSeconds(24 * hour - 60);
    const second = grantedBy(await refresh(first.refreshToken));
    expect(claimsOf(second.token)).toMatchObject({ roles: ['admin'] });
    clock.advanceSeconds(60);
    const third = await rotate(second.refreshToken);
    expect(workos.asked).toBe(2);
    const { sessionId } = first;
    expect(log.fieldsOf('native.standing_not_asked')).toStrictEqual([
      { sessionId, ageSeconds: 24 * hour - 60 },
      { sessionId, ageSeconds: 24 * hour },
    ]);

    clock.advanceSeconds(1);
    await expect(refresh(third)).rejects.toMatchObject({ code: 'temporarily_unavailable' });
    expect(sessionRows.get(sessionId)).not.toHaveProperty('ended');
    workos.says = { stands: true, roles: ['admin'] };
    await rotate(third);
  });

  it('is put at the next refresh when there is news, and has to be answered then', async () => {
    const { begin, refresh, parts, workos } = grants;
    const { refreshToken, sessionId } = await begin();
    await parts.sessions.askAgain(sessionId);
    workos.says = 'unreachable';
    await expect(refresh(refreshToken)).rejects.toMatchObject({ code: 'temporarily_unavailable' });
    workos.says = { stands: true, roles: ['member'] };
    expect(claimsOf(grantedBy(await refresh(refreshToken)).token)).toMatchObject({ roles: ['member'] });
  });

  it('is put again when there is news while a refresh is under way', async () => {
    const { begin, refresh, parts, clock, workos } = grants;
    const { refreshToken, sessionId } = await begin();
    clock.advanceSeconds(hour + 1);
    const ask = parts.standings.ask;
    parts.standings.ask = async () => {
      const answer = await ask();
      if (workos.asked === 1) {
        workos.says = { stands: true, roles: ['member'] };
        await parts.sessions.askAgain(sessionId);
      }
      return answer;
    };
    expect(claimsOf(grantedBy(await refresh(refreshToken)).token)).toMatchObject({ roles: ['member'] });
    expect(workos.asked).toBe(2);
  });

  it('is also put for the previous token, which gets roles as they are now', async () => {
    const { begin, refresh, parts, workos } = grants;
    const { refreshToken, sessionId } = await begin();
    await rotate(refreshToken);
    await parts.sessions.askAgain(sessionId);
    workos.says = { stands: true, roles: ['member'] };
    expect(claimsOf(grantedBy(await refresh(refreshToken)).token)).toMatchObject({ roles: ['member'] });
  });
});

describe('a part that does not answer', () => {
  const away = () => Promise.reject(new AuthError('temporarily_unavailable', 'away'));

  it.each(['accessTokens.issue', 'users.find', 'sessions.find', 'sessions.rotate', 'keys.current'] as const)(
    '(%s) spends nothing: the same token works later, however much later',
    async (name) => {
      const { begin, refresh, parts, clock } = grants;
      const { refreshToken } = await begin();
      const [part, method] = name.split('.') as ['sessions', 'find'];
      const works = parts[part][method];
      Object.assign(parts[part], { [method]: away });
      await expect(refresh(refreshToken)).rejects.toMatchObject({ code: 'temporarily_unavailable' });
      Object.assign(parts[part], { [method]: works });
      clock.advanceSeconds(3600);
      await rotate(refreshToken);
    },
  );

  it('is what a row is taken for that changes under every attempt', async () => {
    const { begin, refresh, parts } = grants;
    const { refreshToken } = await begin();
    parts.sessions.rotate = () => Promise.resolve(false);
    await expect(refresh(refreshToken)).rejects.toMatchObject({ code: 'temporarily_unavailable' });
  });
});
