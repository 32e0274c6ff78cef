/**
 * What goes with a user: their connections, and the claims on the accounts behind. No provider is asked here and nothing is opened:
 * a grant that its provider can end moves, sealed as it is, to those that `renew-module-tokens` ends.
 */
import type { ConnectedAccounts } from './connected-accounts.ts';
import type { EventBus } from './events.ts';
import type { Log } from './log.ts';
import type { ModuleConnection, ModuleConnections } from './module-connections.ts';
import { findModule, type Module } from './modules.ts';
import type { PendingRevocations } from './pending-revocations.ts';
import { hasSameSeal } from './settle-connection.ts';
import { tellOfModule } from './tell-of-module.ts';
import { endsExactly } from './upstream-grant.ts';

export interface ForgetConnectionsParts {
  /** Those that the stage switches on. Of others the row goes; its claim on an account is one that anybody may take over. */
  readonly modules: readonly Module[];
  readonly connections: Pick<ModuleConnections, 'list' | 'remove'>;
  readonly accounts: Pick<ConnectedAccounts, 'release'>;
  readonly revocations: Pick<PendingRevocations, 'put'>;
  readonly events: EventBus;
}

/** For a user whose tombstone is there. May be repeated, from wherever it stopped. */
export async function forgetConnections(parts: ForgetConnectionsParts, userId: string, log: Log): Promise<void> {
  const connections = await parts.connections.list(userId);
  await Promise.all(connections.map((connection) => forget(parts, connection, log)));
}

/** The row goes last: as long as it is there, a repetition finds what is left to do. */
async function forget(parts: ForgetConnectionsParts, connection: ModuleConnection, log: Log): Promise<void> {
  const { userId, module: name, account } = connection;
  const module = findModule(parts.modules, name);
  const endsLater = module !== undefined && endsExactly({ module });
  if (endsLater) await putPending(parts, connection);
  if (module) {
    await parts.accounts.release({ provider: module.provider, accountId: account.id }, { userId, module: name });
  }
  const removed = await parts.connections.remove(userId, name);
  if (!removed) return;
  // A refresh came between.
  if (endsLater && !hasSameSeal(removed, connection)) await putPending(parts, removed);
  const upstreamRevocation = endsLater ? 'pending' : 'kept';
  await tellOfModule(parts, log, 'module.disconnected', { userId, module: name, upstreamRevocation });
}

/** Named by the tokens in it: repeated it is the same one. */
async function putPending({ revocations }: ForgetConnectionsParts, connection: ModuleConnection): Promise<void> {
  const { userId, module, sealed, tokenVersion } = connection;
  const id = `gone-${tokenVersion}`;
  await revocations.put({ id, userId, module, sealed, sealedAs: 'connection', tokenVersion });
}
