/**
 * Keeps what providers granted in our own tables, sealed by the vault. It has no state of its own: what two requests must not do
 * at once, they are kept from by conditions on the rows.
 */
import { accessConnection, renewConnection, replaceAccess } from './access-connection.ts';
import { disconnectModule } from './disconnect-module.ts';
import { keepConnection } from './keep-connection.ts';
import type { Log } from './log.ts';
import type { ModuleConnection } from './module-connections.ts';
import type { KeptConnection, ModuleKeeper } from './module-keeper.ts';
import type { Module } from './modules.ts';
import type { VaultKeeperParts } from './vault-parts.ts';

export interface VaultKeeper extends ModuleKeeper {
  /**
   * Uses a connection that nothing else has used for long, so that its provider does not let it die: a refresh, or where nothing
   * expires a question. Its `refreshedAt` has moved on after it.
   * @throws AuthError as `access()`
   */
  renew(userId: string, module: Module, log: Log): Promise<void>;
}

export function createVaultKeeper(parts: VaultKeeperParts): VaultKeeper {
  const { connections } = parts;
  return {
    list: async (userId) => (await connections.list(userId)).map(toKept),
    async find(userId, { name }) {
      const connection = await connections.find(userId, name);
      return connection && toKept(connection);
    },
    keep: async (granted, log) => toKept(await keepConnection(parts, granted, log)),
    access: (userId, module, log) => accessConnection(parts, { userId, module }, log),
    replaceAccess: (userId, module, refused, log) => replaceAccess(parts, { userId, module }, refused, log),
    renew: (userId, module, log) => renewConnection(parts, { userId, module }, log),
    disconnect: (userId, module, log) => disconnectModule(parts, { userId, module }, log),
  };
}

/** Nothing sealed, and nothing of how the row is kept. */
function toKept(connection: Omit<ModuleConnection, 'version'>): KeptConnection {
  const { module, status, account, scopes, connectedAt, refreshedAt, problem, mailbox, nextTurnAt } = connection;
  return { module, status, account, scopes, connectedAt, refreshedAt, problem, mailbox, nextTurnAt };
}
