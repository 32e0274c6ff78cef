/** `POST /oauth/{module}/finish`: an app brings the ticket of its user's consent, and the module is connected. */
import { AuthError } from '../shared/domain/auth-error.ts';
import type { Clock } from '../shared/domain/clock.ts';
import { pendingBinding, takeConnectTicket } from '../shared/domain/connect-ticket.ts';
import type { ConnectTicket, DeviceTickets } from '../shared/domain/device-tickets.ts';
import type { GrantedConnection, ModuleKeeper } from '../shared/domain/module-keeper.ts';
import type { Module } from '../shared/domain/modules.ts';
import type { TokenVault } from '../shared/domain/token-vault.ts';
import { readJson } from '../shared/http/json-body.ts';
import { toModuleAnswer } from '../shared/http/module-answer.ts';
import { requireModule, requireNoImpersonator } from '../shared/http/module-route.ts';
import type { AuthenticatedEndpoint } from '../shared/http/protected-endpoint.ts';
import { json } from '../shared/http/response.ts';
import { finishParameters } from './finish-parameters.ts';

export interface FinishDependencies {
  readonly tickets: Pick<DeviceTickets, 'take'>;
  readonly vault: Pick<TokenVault, 'open'>;
  readonly keeper: Pick<ModuleKeeper, 'keep'>;
  readonly clock: Clock;
  readonly modules: readonly Module[];
}

export function oauthModuleFinish({
  tickets,
  vault,
  keeper,
  clock,
  modules,
}: FinishDependencies): AuthenticatedEndpoint {
  return async (request, session, { log }) => {
    requireNoImpersonator(session);
    const module = requireModule(modules, request.path.slice('/oauth/'.length, -'/finish'.length));
    const { ticket } = readJson(request, finishParameters);

    const { userId, sessionId, clientId = '' } = session;
    const by = { userId, sessionId, clientId, module: module.name };
    const taken = await takeConnectTicket(tickets, ticket, by, clock());
    if (taken.outcome === 'refused') throw new AuthError('invalid_ticket', `the ticket was refused: ${taken.reason}`);
    const granted = await openGrant(vault, taken.ticket, module);
    return json(200, toModuleAnswer(module.name, await keeper.keep(granted, log)));
  };
}

async function openGrant(
  vault: FinishDependencies['vault'],
  ticket: ConnectTicket,
  module: Module,
): Promise<GrantedConnection> {
  const { userId, account, scopes, sealed } = ticket;
  const { accessToken, ...tokens } = await vault.open(sealed, pendingBinding(ticket));
  if (accessToken === undefined) throw new Error('a ticket without an access token: no code of ours made it');
  return { userId, module, account, scopes, grant: { tokens: { ...tokens, accessToken }, scopes } };
}
