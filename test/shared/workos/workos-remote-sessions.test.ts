import { describe, expect, it } from 'vitest';
import { deriveSessionId } from '../../../functions/shared/domain/user-id.ts';
import { createWorkosAccount, type WorkosCredentials } from '../../../functions/shared/workos/workos-account.ts';
import { createWorkosRemoteSessions } from '../../../functions/shared/workos/workos-remote-sessions.ts';
import { holdClock } from '../../support/held-clock.ts';
import { keepCredentials } from '../../support/scripted-workos.ts';
import { type Respond, type ScriptedAnswer, startScriptedServer } from '../../support/scripted-server.ts';

function remoteSessionsAt(apiUrl: string, ...replacements: readonly WorkosCredentials[]) {
  const credentials = keepCredentials(...replacements);
  return createWorkosRemoteSessions(createWorkosAccount({ apiUrl, credentials, clock: holdClock() }));
}

/** Its requests are those beside WorkOS's keys, which every account may read. */
async function startApi(respond: Respond) {
  const { url, requests } = await startScriptedServer(respond);
  return { url, requests: () => requests.filter(({ target }) => !target.startsWith('/sso/jwks')) };
}

const sessionAtWorkos = (id: string) => ({
  object: 'session',
  id,
  user_id: 'user_1',
  auth_method: 'password',
  status: 'active',
  expires_at: '2026-12-22T10:00:00.000Z',
  ended_at: null,
  created_at: '2026-11-22T10:00:00.000Z',
  updated_at: '2026-11-22T10:00:00.000Z',
});
const revoked: ScriptedAnswer = { status: 200, body: sessionAtWorkos('session_1') };

describe('revokeById()', () => {
  it('ends the session in one call', async () => {
    const server = await startApi(() => revoked);
    await remoteSessionsAt(server.url).revokeById('session_1');
    expect(server.requests().map(({ method, target, body }) => `${method} ${target} ${body}`)).toStrictEqual([
      'POST /user_management/sessions/revoke {"session_id":"session_1"}',
    ]);
  });

  it.each([400, 404])('takes %i for a session that is over', async (status) => {
    const server = await startApi(() => ({ status, body: { message: 'Session not found' } }));
    await remoteSessionsAt(server.url).revokeById('session_1');
    expect(server.requests()).toHaveLength(1);
  });

  it.each([401, 403, 408, 429, 500, 503])('fails when WorkOS answers %i', async (status) => {
    const server = await startApi(() => ({ status, body: { message: 'no' } }));
    const revoking = remoteSessionsAt(server.url).revokeById('session_1');
    await expect(revoking).rejects.toMatchObject({ code: 'temporarily_unavailable' });
  });

  it('tries once more with the key that the secret holds by now', async () => {
    const server = await startApi(({ headers }) =>
      headers.authorization === 'Bearer sk_test_2' ? revoked : { status: 401, body: { message: 'Unauthorized' } },
    );
    await remoteSessionsAt(server.url, { apiKey: 'sk_test_2', clientId: 'client_1' }).revokeById('session_1');
    expect(server.requests()).toHaveLength(2);
  });
});

describe('revoke()', () => {
  it('finds the session by our id among those of the user', async () => {
    const data = ['session_1', 'session_2'].map(sessionAtWorkos);
    const server = await startApi(({ method }) =>
      method === 'POST' ? revoked : { body: { object: 'list', data, list_metadata: { before: null, after: null } } },
    );
    const session = { workosUserId: 'user_1', sessionId: deriveSessionId('session_2') };
    await remoteSessionsAt(server.url).revoke(session);
    expect(server.requests().at(-1)?.body).toBe('{"session_id":"session_2"}');
  });

  it('has nothing to do for a user or a session that WorkOS does not know', async () => {
    const session = { workosUserId: 'user_1', sessionId: 'f'.repeat(32) };
    const empty = { object: 'list', data: [], list_metadata: { before: null, after: null } };
    for (const answer of [{ status: 404, body: { message: 'User not found' } }, { body: empty }]) {
      const server = await startApi(() => answer);
      await remoteSessionsAt(server.url).revoke(session);
      expect(server.requests().map(({ method }) => method)).not.toContain('POST');
    }
  });
});
