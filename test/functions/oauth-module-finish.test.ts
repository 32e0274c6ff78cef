/** The endpoint as a function of its dependencies; over HTTP it is in test/flows/native-connect.test.ts. */
import { beforeEach, describe, expect, it } from 'vitest';
import { oauthModuleFinish } from '../../functions/oauth-module-finish/oauth-module-finish.ts';
import { pendingBinding } from '../../functions/shared/domain/connect-ticket.ts';
import { type ConnectTicket, hashTicket, newTicket } from '../../functions/shared/domain/device-tickets.ts';
import type { Session } from '../../functions/shared/domain/web-sessions.ts';
import { oauthJsonError } from '../../functions/shared/http/oauth-error.ts';
import { askEndpoint, type EndpointAnswer } from '../support/ask-endpoint.ts';
import { collectLog } from '../support/collected-log.ts';
import { wholeTicket } from '../support/device-tickets-contract.ts';
import { createMemoryDeviceTickets } from '../support/memory-device-tickets.ts';
import { aliceSession } from '../support/memory-web-sessions.ts';
import { bob, github, gmail, grantOf, privately } from '../support/module-keeper-contract.ts';
import { vaultKeeperUnderTest, type VaultKeeperUnderTest } from '../support/vault-keeper-under-test.ts';

const session: Session = { ...aliceSession, kind: 'native', clientId: 'gatehouse-native' };
const { userId, sessionId } = session;

let world: VaultKeeperUnderTest;
let tickets: ReturnType<typeof createMemoryDeviceTickets>;
beforeEach(() => {
  world = vaultKeeperUnderTest();
  tickets = createMemoryDeviceTickets();
});

const soon = (seconds = 120): Date => new Date(world.time.clock().getTime() + seconds * 1000);

/** As `/oauth/{module}/callback` leaves it. */
async function consented(module = gmail, changes: Partial<ConnectTicket> = {}): Promise<string> {
  const { account, scopes, grant } = grantOf(world.providers, userId, module);
  const of = { userId, module: module.name };
  const sealed = await world.parts.vault.seal(grant.tokens, pendingBinding(of));
  const ticket = newTicket();
  const held = { kind: 'connect', ...of, sessionId, clientId: 'gatehouse-native', account, scopes, sealed } as const;
  await tickets.put(hashTicket(ticket), { ...held, expiresAt: soon(), ...changes });
  return ticket;
}

function finish(body: unknown, { by = session, module = 'gmail' } = {}): Promise<EndpointAnswer> {
  const { keeper, parts } = world;
  const { vault, clock } = parts;
  const endpoint = oauthModuleFinish({ tickets, vault, keeper, clock, modules: [gmail, github] });
  return world.run(
    askEndpoint((request, exchange) => endpoint(request, by, exchange), `/oauth/${module}/finish`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
      errors: oauthJsonError,
    }),
  );
}

const answerOf = ({ status, body }: EndpointAnswer) => [status, (JSON.parse(body) as { error?: string }).error];
const invalid = [400, 'invalid_ticket'];

describe('POST /oauth/{module}/finish', () => {
  it.each([gmail, github])('connects $name, and answers its entry of GET /modules', async (module) => {
    const { status, body, headers } = await finish({ ticket: await consented(module) }, { module: module.name });
    expect(status).toBe(200);
    expect(JSON.parse(body)).toStrictEqual({
      module: module.name,
      status: 'connected',
      account: privately.address,
      scopes: module.scopes,
      connectedAt: world.time.clock().toISOString(),
      lastRefreshedAt: world.time.clock().toISOString(),
      problem: null,
    });
    expect(headers['cache-control']).toBe('private, no-store');
    expect(world.events.published.map(({ name }) => name)).toStrictEqual(['module.connected']);
    const access = await world.run(world.keeper.access(userId, module, collectLog()));
    expect(world.providers[module.provider].isGood(access.accessToken)).toBe(true);
  });

  it('connects once, also when an app sends the ticket many times at once', async () => {
    const ticket = await consented();
    const answers = [await finish({ ticket }), await finish({ ticket })];
    expect(answers.map(({ status }) => status)).toStrictEqual([200, 400]);
    const other = await consented();
    const together = await Promise.all([
      finish({ ticket: other }),
      finish({ ticket: other }),
      finish({ ticket: other }),
    ]);
    expect(together.map(({ status }) => status).toSorted((a, b) => a - b)).toStrictEqual([200, 400, 400]);
  });

  it.each<[string, Partial<Session>]>([
    ['another user', { userId: bob }],
    ['another session of the user', { sessionId: '0'.repeat(32) }],
    ['another app', { clientId: 'gatehouse-asking' }],
  ])('refuses the ticket to %s, and it is gone for its owner too', async (_, other) => {
    const ticket = await consented();
    expect(answerOf(await finish({ ticket }, { by: { ...session, ...other } }))).toStrictEqual(invalid);
    expect(answerOf(await finish({ ticket }))).toStrictEqual(invalid);
    expect(await world.keeper.list(userId)).toStrictEqual([]);
    expect(await world.keeper.list(bob)).toStrictEqual([]);
  });

  it('refuses a ticket at another module than it was made for', async () => {
    expect(answerOf(await finish({ ticket: await consented() }, { module: 'github' }))).toStrictEqual(invalid);
    expect(await world.keeper.list(userId)).toStrictEqual([]);
  });

  it('refuses tickets that are unknown, too old or a login’s, in the same words', async () => {
    const login = newTicket();
    await tickets.put(hashTicket(login), { ...wholeTicket, userId, expiresAt: soon() });
    const old = await consented(gmail, { expiresAt: soon(0) });
    const answers = [];
    for (const ticket of [newTicket(), '', old, login]) answers.push(await finish({ ticket }));
    expect(answers.map(answerOf)).toStrictEqual([invalid, invalid, invalid, invalid]);
    expect(new Set(answers.map(({ body }) => body)).size).toBe(1);
    expect(tickets.rows.size).toBe(0);
  });

  it('opens nothing that was sealed for another user’s ticket', async () => {
    const { grant } = grantOf(world.providers, bob, gmail);
    const sealed = await world.parts.vault.seal(grant.tokens, pendingBinding({ userId: bob, module: 'gmail' }));
    expect((await finish({ ticket: await consented(gmail, { sealed }) })).status).toBe(503);
    expect(await world.keeper.list(userId)).toStrictEqual([]);
  });

  it('answers 409 when another user has connected the account, and leaves theirs as it is', async () => {
    await world.run(world.keeper.keep(grantOf(world.providers, bob, gmail), collectLog()));
    expect(answerOf(await finish({ ticket: await consented() }))).toStrictEqual([409, 'account_taken']);
    expect(await world.keeper.list(bob)).toMatchObject([{ module: 'gmail', status: 'connected' }]);
    expect(await world.keeper.list(userId)).toStrictEqual([]);
  });

  it.each([
    [400, 'invalid_request', 'no ticket', {}, {}],
    [400, 'invalid_request', 'a ticket that is no text', { ticket: 1 }, {}],
    [404, 'not_found', 'a module that is not switched on', { ticket: 'x' }, { module: 'google-calendar' }],
    [
      403,
      'impersonated',
      'an impersonator',
      { ticket: 'x' },
      { by: { ...session, impersonator: { email: 'support@example.com', reason: null } } },
    ],
  ])('answers %d %s to %s, with the ticket kept', async (status, code, _, body, options) => {
    await consented();
    expect(answerOf(await finish(body, options))).toStrictEqual([status, code]);
    expect(tickets.rows.size).toBe(1);
  });

  it('tells operators alone which refusal it was, without the ticket', async () => {
    const ticket = await consented();
    const { log } = await finish({ ticket }, { by: { ...session, userId: bob } });
    const line = log.lines.find(({ event }) => event === 'request.failed');
    expect(line).toMatchObject({ level: 'warn', cause: { message: 'the ticket was refused: other_user' } });
    expect(JSON.stringify(log.lines)).not.toContain(ticket);
  });
});
