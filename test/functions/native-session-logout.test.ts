/** The endpoint of `POST /native/session/logout` as a function of its dependencies. */
import { beforeEach, describe, expect, it } from 'vitest';
import { nativeSessionLogout } from '../../functions/native-session-logout/native-session-logout.ts';
import { jsonError } from '../../functions/shared/http/errors.ts';
import { askEndpoint } from '../support/ask-endpoint.ts';
import { grantedBy, type NativeGrantsUnderTest, startNativeGrants } from '../support/native-grants-under-test.ts';

let grants: NativeGrantsUnderTest;
beforeEach(async () => {
  grants = await startNativeGrants();
});

const ask = (body: unknown, cookies: readonly string[] = []) =>
  askEndpoint(nativeSessionLogout(grants.parts), '/native/session/logout', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    cookies,
    body: JSON.stringify(body),
    errors: jsonError,
  });

describe('POST /native/session/logout', () => {
  it('ends the session with its latest token, here and at WorkOS', async () => {
    const { refreshToken } = await grants.begin();
    expect(await ask({ refreshToken })).toMatchObject({ status: 204, body: '' });
    expect(await grants.refresh(refreshToken)).toMatchObject({ reason: 'ended' });
    expect(grants.workos.revoked).toStrictEqual(['session_01HALICE']);
  });

  it('ends it with a spent one too', async () => {
    const { refreshToken } = await grants.begin();
    const next = grantedBy(await grants.refresh(refreshToken)).refreshToken;
    grants.clock.advanceSeconds(3600);
    expect((await ask({ refreshToken })).status).toBe(204);
    expect(await grants.refresh(next)).toMatchObject({ reason: 'ended' });
    expect(grants.events.published.map(({ name }) => name)).toStrictEqual(['user.signed_out']);
  });

  it.each(['', 'junk', 'A'.repeat(90)])('answers 204 to %j, which stands for nothing', async (refreshToken) => {
    expect((await ask({ refreshToken })).status).toBe(204);
    expect(grants.reads.sessions).toBe(0);
    expect(grants.workos.revoked).toStrictEqual([]);
  });

  it('takes no cookie for a session, and clears none', async () => {
    const answer = await ask({ refreshToken: 'junk' }, ['wos-session=seal']);
    expect(answer).toMatchObject({ status: 204, cookies: [] });
  });

  it.each([{}, { refreshToken: 7 }])('answers 400 to %j', async (body) => {
    expect((await ask(body)).status).toBe(400);
  });

  it('answers 503 when WorkOS does not hear, and may be repeated', async () => {
    const { refreshToken } = await grants.begin();
    grants.workos.isAway = true;
    expect((await ask({ refreshToken })).status).toBe(503);
    expect(await grants.refresh(refreshToken)).toMatchObject({ reason: 'ended' });
    grants.workos.isAway = false;
    expect((await ask({ refreshToken })).status).toBe(204);
    expect(grants.workos.revoked).toHaveLength(1);
  });
});
