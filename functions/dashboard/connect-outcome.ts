/** What the address says about a consent that its reader comes back from: anybody may write one, so only what we know counts. */
import { type ConnectErrorCode, connectErrorCodes } from '../shared/domain/auth-error.ts';
import { singleParameter } from '../shared/http/query.ts';
import type { ConnectOutcome } from '../shared/pages/connect-notice.ts';
import type { ModuleCard } from '../shared/pages/module-cards.ts';

export function readConnectError(query: URLSearchParams): ConnectErrorCode | undefined {
  const code = singleParameter(query, 'connect_error');
  return connectErrorCodes.find((known) => known === code);
}

/** `connected` is believed of what is connected, and of nothing else. */
export function readConnectOutcome(query: URLSearchParams, cards: readonly ModuleCard[]): ConnectOutcome | undefined {
  const name = singleParameter(query, 'connected');
  const card = cards.find(({ module, connection }) => module.name === name && connection?.status === 'connected');
  if (card) return { connected: card.module };
  const error = readConnectError(query);
  return error && { error };
}
