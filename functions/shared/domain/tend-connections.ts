/**
 * What connections need that nobody uses: their tokens under the newest data key, and a sign of life at their provider. Google and
 * GitHub let a refresh token die that has not been used for six months.
 */
import type { ConnectionsPage } from './all-connections.ts';
import { AuthError } from './auth-error.ts';
import type { Clock } from './clock.ts';
import type { Log } from './log.ts';
import type { ModuleConnection, ModuleConnections } from './module-connections.ts';
import { findModule, type Module } from './modules.ts';
import type { RenewalCounts } from './renewal-pass.ts';
import type { TokenVault } from './token-vault.ts';
import type { VaultKeeper } from './vault-keeper.ts';

export interface TendConnectionsParts {
  readonly connections: Pick<ModuleConnections, 'find' | 'reseal'>;
  readonly vault: TokenVault;
  readonly keeper: Pick<VaultKeeper, 'renew'>;
  /** Those that the stage switches on: of others nothing can be opened, and nothing is done. */
  readonly modules: readonly Module[];
  readonly clock: Clock;
}

/** Two months before six: a pass that fails has eight more to come. */
const renewAfterMs = 120 * 24 * 60 * 60_000;
/** So many renewals failing one after the other are not the users' doing. */
const maxFailuresInARow = 20;
/** Others write the row, too. Whoever is that busy is met again by the next pass. */
const maxReseals = 3;

type Outcome = Exclude<keyof RenewalCounts, 'seen'>;

/** @returns what tends one page after the other, and stops renewing when all of it fails: a provider, or our client there. */
export function tendConnections(
  parts: TendConnectionsParts,
  log: Log,
): (page: ConnectionsPage) => Promise<RenewalCounts> {
  let failuresInARow = 0;

  const renew = async (connection: ModuleConnection, module: Module): Promise<Outcome | undefined> => {
    const { userId } = connection;
    if (!isUnused(connection, parts.clock()) || failuresInARow >= maxFailuresInARow) return undefined;
    try {
      await parts.keeper.renew(userId, module, log);
      failuresInARow = 0;
      return 'renewed';
    } catch (error) {
      if (!(error instanceof AuthError)) throw error;
      // Disconnected meanwhile.
      if (error.code === 'module_not_connected') return undefined;
      if (error.code === 'reauthorization_required') return 'ended';
      log.warn('renewal.failed', { userId, module: module.name }, error);
      failuresInARow += 1;
      if (failuresInARow === maxFailuresInARow) log.error('renewal.halted', { failures: failuresInARow });
      return 'failed';
    }
  };

  const tend = async (connection: ModuleConnection): Promise<readonly (Outcome | undefined)[]> => {
    const module = findModule(parts.modules, connection.module);
    if (!module) return [];
    const resealed = await reseal(parts, connection, log);
    // What does not open cannot be renewed.
    return resealed === 'failed' ? [resealed] : [resealed, await renew(connection, module)];
  };

  return async ({ connections, unreadable }) => {
    for (const row of unreadable) log.error('renewal.row_unreadable', { userId: row.userId, module: row.module });
    const outcomes = (await Promise.all(connections.map(tend))).flat();
    const count = (outcome: Outcome): number => outcomes.filter((each) => each === outcome).length;
    return {
      seen: connections.length + unreadable.length,
      resealed: count('resealed'),
      renewed: count('renewed'),
      ended: count('ended'),
      failed: count('failed') + unreadable.length,
    };
  };
}

/** @throws AuthError `temporarily_unavailable` when a key or the table cannot be had: nothing else would fare better. */
async function reseal(
  { connections, vault }: TendConnectionsParts,
  read: ModuleConnection,
  log: Log,
): Promise<Outcome | undefined> {
  const { userId, module } = read;
  const keyId = await vault.currentKeyId(module);
  let connection: ModuleConnection | undefined = read;
  for (let attempt = 0; attempt < maxReseals; attempt += 1) {
    if (!connection || connection.sealed.keyId === keyId) return undefined;
    const binding = { kind: 'connection', userId, module, tokenVersion: connection.tokenVersion } as const;
    try {
      const tokens = await vault.open(connection.sealed, binding);
      if (await connections.reseal(connection, await vault.seal(tokens, binding))) return 'resealed';
    } catch (error) {
      if (error instanceof AuthError) throw error;
      log.error('module.tokens_unreadable', { userId, module }, error);
      return 'failed';
    }
    connection = await connections.find(userId, module);
  }
  return undefined;
}

function isUnused({ status, refreshedAt }: ModuleConnection, now: Date): boolean {
  return status === 'connected' && refreshedAt.getTime() + renewAfterMs <= now.getTime();
}
