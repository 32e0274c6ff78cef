/** The part of `GET /oauth/{module}/callback` that knows apps: what a consent brought, on its way into a ticket. */
import { beforeEach, describe, expect, it } from 'vitest';
import { completeNativeConnect } from '../../functions/oauth-module-callback/complete-native-connect.ts';
import { AuthError, type AuthErrorCode } from '../../functions/shared/domain/auth-error.ts';
import { pendingBinding } from '../../functions/shared/domain/connect-ticket.ts';
import { hashTicket } from '../../functions/shared/domain/device-tickets.ts';
import { redirectKey } from '../../functions/shared/domain/native-clients.ts';
import { collectLog } from '../support/collected-log.ts';
import { startNativeConnect } from '../support/native-connect-under-test.ts';
import { askingClient, nativeClients, plainClient } from '../support/native-clients.ts';

const iss = encodeURIComponent('https://auth.example.com');
const away = new AuthError('temporarily_unavailable', 'the table is away', { cause: new Error('no answer') });

let world: Awaited<ReturnType<typeof startNativeConnect>>;
let log: ReturnType<typeof collectLog>;
let asked: string[];
beforeEach(async () => {
  world = await startNativeConnect();
  log = collectLog();
  asked = [];
});

interface Completing {
  readonly fails?: AuthError;
  readonly client?: typeof plainClient;
  readonly sessionId?: string;
  readonly parts?: object;
}

function complete({ fails, client = plainClient, sessionId = world.session.sessionId, parts }: Completing = {}) {
  const [registered = ''] = client.redirectUris;
  const key = redirectKey({ client, registered, port: undefined });
  return completeNativeConnect(
    { ...world.parts, ...parts },
    {
      native: { redirectKey: key, port: undefined, sessionId, state: 'app-state' },
      module: 'gmail',
      obtain(session) {
        asked.push(session.userId);
        return fails ? Promise.reject(fails) : Promise.resolve(world.granted);
      },
      log,
      now: world.clock(),
    },
  );
}

const failed = (code: string, to = 'yourappscheme://login/success') => ({
  status: 302,
  headers: { location: `${to}?ok=0&error=${code}&module=gmail&state=app-state&iss=${iss}` },
});

describe('completeNativeConnect()', () => {
  it('leads to the app with a ticket', async () => {
    const { status, headers } = await complete();
    expect(status).toBe(302);
    expect(headers['location']).toMatch(
      new RegExp(`^yourappscheme://login/success\\?ok=1&module=gmail&ticket=[\\w-]{43}&state=app-state&iss=${iss}$`),
    );
    expect(asked).toStrictEqual([world.session.userId]);
  });

  it('keeps what was granted sealed, by the hash of the ticket alone, for two minutes', async () => {
    const { headers } = await complete();
    const ticket = new URL(headers['location'] ?? '').searchParams.get('ticket') ?? '';
    const { userId, sessionId, clientId } = world.session;
    const { account, scopes, grant } = world.granted;
    const expiresAt = new Date(world.clock().getTime() + 120_000);
    const of = { userId, sessionId, clientId, module: 'gmail' };
    expect([...world.tickets.rows]).toStrictEqual([
      [hashTicket(ticket), { kind: 'connect', ...of, account, scopes, sealed: expect.any(Object), expiresAt }],
    ]);
    const held = await world.tickets.take(hashTicket(ticket));
    if (held?.kind !== 'connect') throw new Error('no ticket of a consent');
    expect(await world.vault.open(held.sealed, pendingBinding(held))).toStrictEqual(grant.tokens);
    expect(JSON.stringify(log.lines)).not.toContain(ticket);
  });

  it.each<[string, AuthErrorCode]>([
    ['consent_refused', 'consent_refused'],
    ['account_mismatch', 'account_mismatch'],
    ['scope_missing', 'scope_missing'],
    ['no_refresh_token', 'no_refresh_token'],
    ['auth_failed', 'temporarily_unavailable'],
    ['auth_failed', 'sso_required'],
  ])('tells the app %s when the provider’s side ends with %s', async (code, thrown) => {
    expect(await complete({ fails: new AuthError(thrown, 'said the provider') })).toMatchObject(failed(code));
    expect(world.tickets.rows.size).toBe(0);
    expect(log.fieldsOf('connect.failed')).toStrictEqual([{ code: thrown }]);
  });

  it('asks the provider nothing when the session has ended', async () => {
    await world.nativeSessions.end(world.session.sessionId, 'signed_out', world.clock());
    expect(await complete()).toMatchObject(failed('session_changed'));
    expect(asked).toStrictEqual([]);
  });

  it('asks the provider nothing when the user was disabled', async () => {
    world.users.setStatus(world.session.userId, 'disabled');
    expect(await complete()).toMatchObject(failed('session_changed'));
    expect(asked).toStrictEqual([]);
  });

  it('asks the provider nothing when the session is of another app than the redirect', async () => {
    const [redirect = ''] = askingClient.redirectUris;
    expect(await complete({ client: askingClient })).toMatchObject(failed('session_changed', redirect));
    expect(asked).toStrictEqual([]);
  });

  it('leads to nobody whom the settings no longer have', async () => {
    const settings = {
      ...world.parts.settings,
      nativeClients: nativeClients.filter(({ id }) => id !== plainClient.id),
    };
    await expect(complete({ parts: { settings } })).rejects.toMatchObject({ code: 'invalid_redirect_uri' });
    expect(asked).toStrictEqual([]);
  });

  it('tells the app, and operators why, when the ticket cannot be kept', async () => {
    const tickets = { put: () => Promise.reject(away) };
    expect(await complete({ parts: { tickets } })).toMatchObject(failed('auth_failed'));
    expect(log.lines).toContainEqual(expect.objectContaining({ level: 'error', event: 'connect.failed', cause: away }));
  });
});
