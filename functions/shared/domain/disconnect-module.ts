/** Forgets a connection, and ends its grant at the provider where that ends nothing else. */
import { endPending, makePending } from './end-grant.ts';
import type { Log } from './log.ts';
import type { ModuleConnection } from './module-connections.ts';
import type { UpstreamRevocation } from './module-keeper.ts';
import { hasSameSeal } from './settle-connection.ts';
import { tellOfModule } from './tell-of-module.ts';
import { endsExactly, endUpstream, openToEnd } from './upstream-grant.ts';
import type { ConnectionOf, VaultKeeperParts } from './vault-parts.ts';

/** @returns `undefined` when there was none, or another request was faster. */
export async function disconnectModule(
  parts: VaultKeeperParts,
  of: ConnectionOf,
  log: Log,
): Promise<UpstreamRevocation | undefined> {
  const { userId, module } = of;
  const connection = await parts.connections.find(userId, module.name);
  if (!connection) return undefined;
  const end = await prepareEnd(parts, of, connection, log);
  const removed = await parts.connections.remove(userId, module.name);
  if (!removed) return undefined;
  const account = { provider: module.provider, accountId: removed.account.id };
  await parts.accounts.release(account, { userId, module: module.name });

  const upstreamRevocation = await end(removed);
  await tellOfModule(parts, log, 'module.disconnected', { userId, module: module.name, upstreamRevocation });
  return upstreamRevocation;
}

/** What must not be forgotten is written before the row goes: a process that dies in between leaves a grant that will end. */
async function prepareEnd(
  parts: VaultKeeperParts,
  of: ConnectionOf,
  connection: ModuleConnection,
  log: Log,
): Promise<(removed: ModuleConnection) => Promise<UpstreamRevocation>> {
  const tokens = await openToEnd(parts, connection, log);
  const pending = tokens && endsExactly(of) ? await makePending(parts, of, tokens) : undefined;
  return async (removed) => {
    const isUnchanged = hasSameSeal(removed, connection);
    if (isUnchanged && tokens && pending) return endPending(parts, of, { tokens, pending }, log);
    // A refresh or another consent came between.
    const last = isUnchanged ? tokens : await openToEnd(parts, removed, log);
    return last ? endUpstream(parts, of, { account: removed.account, tokens: last }, log) : 'kept';
  };
}
