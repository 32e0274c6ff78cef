/** What an app asked for, opened in the browser: the part of `GET /oauth/{module}/connect` that knows apps. */
import { beforeEach, describe, expect, it } from 'vitest';
import { openConnectRequest } from '../../functions/oauth-module-connect/open-connect-request.ts';
import { type ConnectRequest, sealConnectRequest } from '../../functions/shared/domain/connect-request.ts';
import { redirectKey } from '../../functions/shared/domain/native-clients.ts';
import { holdClock } from '../support/held-clock.ts';
import { createMemoryNativeSessionRecords } from '../support/memory-native-session-records.ts';
import { createMemoryOnce } from '../support/memory-once.ts';
import { createMemoryUsers } from '../support/memory-users.ts';
import { askingClient, nativeClients, plainClient } from '../support/native-clients.ts';
import { nativeSessionOfSomeone } from '../support/native-session-records-contract.ts';
import { passwords } from '../support/cookie-passwords.ts';

const stage = 'test';
const publicUrl = 'https://auth.example.com';
const session = nativeSessionOfSomeone({ userId: 'usr_alice', clientId: plainClient.id });
const { sessionId, userId, workosUserId, organizationId } = session;

let clock: ReturnType<typeof holdClock>;
let once: ReturnType<typeof createMemoryOnce>;
let nativeSessions: ReturnType<typeof createMemoryNativeSessionRecords>;
let users: ReturnType<typeof createMemoryUsers>;
beforeEach(async () => {
  clock = holdClock();
  once = createMemoryOnce();
  nativeSessions = createMemoryNativeSessionRecords();
  users = createMemoryUsers();
  await nativeSessions.begin(session);
  const profile = { email: 'alice@example.com', name: 'Alice', pictureUrl: undefined, authMethod: undefined };
  const signIn = { ...profile, userId, workosUserId, organizationId, roles: [], profileAt: clock(), at: clock() };
  await users.recordSignIn(signIn);
});

const sealed = (changes: Partial<ConnectRequest> = {}): string =>
  sealConnectRequest(
    {
      module: 'gmail',
      userId,
      sessionId,
      clientId: plainClient.id,
      redirectUri: 'http://127.0.0.1:49152/callback',
      state: 'app-state',
      issuedAt: clock(),
      ...changes,
    },
    passwords,
    stage,
  );

function open(box: string, { module = 'gmail', clients = nativeClients } = {}) {
  const settings = { stage, publicUrl, nativeClients: clients };
  const parts = { once, nativeSessions, users, settings };
  return openConnectRequest(parts, { box, module }, { passwords, now: clock() });
}

const told = (error: string) =>
  `http://127.0.0.1:49152/callback?ok=0&error=${error}&module=gmail&state=app-state&iss=${encodeURIComponent(publicUrl)}`;

describe('openConnectRequest()', () => {
  it('gives what a consent is started with: the way back, whose it is, and whom to propose', async () => {
    const redirect = { client: plainClient, registered: 'http://127.0.0.1/callback', port: 49_152 };
    expect(await open(sealed())).toStrictEqual({
      outcome: 'accepted',
      native: { redirectKey: redirectKey(redirect), port: 49_152, sessionId, state: 'app-state' },
      loginHint: 'alice@example.com',
      organizationId,
      clientId: plainClient.id,
    });
  });

  it('opens each once, also of many at once', async () => {
    const box = sealed();
    const opened = await Promise.allSettled([open(box), open(box), open(box)]);
    expect(opened.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    await expect(open(box)).rejects.toMatchObject({ code: 'invalid_ticket' });
    expect(await open(sealed())).toMatchObject({ outcome: 'accepted' });
  });

  it('opens none that is too old, another module’s, or not ours', async () => {
    const box = sealed();
    const refused = { code: 'invalid_ticket' };
    await expect(open(box, { module: 'github' })).rejects.toMatchObject(refused);
    await expect(open('A'.repeat(200))).rejects.toMatchObject(refused);
    clock.advanceSeconds(120);
    await expect(open(box)).rejects.toMatchObject(refused);
    expect(once.claimed()).toStrictEqual([]);
  });

  it('leads to nobody whom the settings no longer have', async () => {
    await expect(open(sealed(), { clients: [askingClient] })).rejects.toMatchObject({ code: 'invalid_client' });
    const moved = [{ ...plainClient, redirectUris: ['yourappscheme://elsewhere'] }];
    await expect(open(sealed(), { clients: moved })).rejects.toMatchObject({ code: 'invalid_redirect_uri' });
  });

  it('tells the app when the session that asked has ended', async () => {
    await nativeSessions.end(sessionId, 'signed_out', clock());
    expect(await open(sealed())).toStrictEqual({ outcome: 'failed', location: told('session_changed') });
  });

  it('tells the app when its user was disabled', async () => {
    users.setStatus(userId, 'disabled');
    expect(await open(sealed())).toStrictEqual({ outcome: 'failed', location: told('session_changed') });
  });

  it('believes the row about whose session it is', async () => {
    expect(await open(sealed({ userId: 'usr_bob' }))).toMatchObject({ outcome: 'failed' });
  });

  it('can be opened again when a table did not answer', async () => {
    const box = sealed();
    const away = Promise.reject(new Error('the table is away'));
    const settings = { stage, publicUrl, nativeClients };
    const parts = { once, nativeSessions: { find: () => away }, users, settings };
    await expect(openConnectRequest(parts, { box, module: 'gmail' }, { passwords, now: clock() })).rejects.toThrow(
      'the table is away',
    );
    expect(await open(box)).toMatchObject({ outcome: 'accepted' });
  });
});
