/** What every use of a connection may end with, whichever way its tokens are refreshed. */
import { randomUUID } from 'node:crypto';
import { AuthError } from './auth-error.ts';
import type { Log } from './log.ts';
import type { ModuleConnection, ModuleProblem, RefreshLease } from './module-connections.ts';
import type { ModuleAccess } from './module-keeper.ts';
import type { ProviderTokens } from './provider.ts';
import { tellOfModule } from './tell-of-module.ts';
import type { VaultKeeperParts } from './vault-parts.ts';

/** More than twice what a provider is waited for: a live holder is done or has failed by then. */
const leaseMs = 12_000;

export function newLease({ clock }: VaultKeeperParts): RefreshLease {
  return { leaseId: randomUUID(), until: new Date(clock().getTime() + leaseMs) };
}

/** @throws AuthError `temporarily_unavailable` when its key cannot be had; Error for a row that somebody tampered with. */
export async function openTokens({ vault }: VaultKeeperParts, connection: ModuleConnection): Promise<ProviderTokens> {
  const { userId, module, sealed, tokenVersion } = connection;
  return vault.open(sealed, { kind: 'connection', userId, module, tokenVersion });
}

/** Whether two readings of a row have the same tokens: sealed anew, the same ones look different. */
export function hasSameSeal(one: Pick<ModuleConnection, 'sealed'>, other: Pick<ModuleConnection, 'sealed'>): boolean {
  return Buffer.compare(one.sealed.bytes, other.sealed.bytes) === 0;
}

export function toAccess(
  tokens: ProviderTokens & { readonly accessToken: string },
  { scopes }: Pick<ModuleConnection, 'scopes'>,
): ModuleAccess {
  return { accessToken: tokens.accessToken, expiresAt: tokens.accessTokenExpiresAt, scopes };
}

/**
 * The grant is over: marks the connection as it was read, and tells it if nobody has yet.
 * @returns where the row is another one by now, which may be in order.
 * @throws AuthError `reauthorization_required`
 */
export async function requireReauthorization(
  parts: VaultKeeperParts,
  connection: ModuleConnection,
  problem: ModuleProblem,
  log: Log,
): Promise<void> {
  if (!(await parts.connections.requireReauthorization(connection, problem))) return;
  const { userId, module } = connection;
  await tellOfModule(parts, log, 'module.reauthorization_required', { userId, module, problem });
  throw new AuthError('reauthorization_required', `${module}: ${problem}`);
}

/** Moves `refreshedAt` on, unless whoever holds the lease is about to. That a use is not noted is no reason to refuse it. */
export async function noteUse(parts: VaultKeeperParts, read: ModuleConnection, log: Log): Promise<void> {
  const { connections, clock } = parts;
  try {
    const lease = newLease(parts);
    const taken = await connections.takeRefreshLease(read, lease, clock());
    if (!taken) return;
    const { sealed, tokenVersion } = taken.connection;
    await connections.leaveTokens(taken.connection, lease, { sealed, tokenVersion, refreshedAt: clock() });
  } catch (cause) {
    log.warn('module.use_not_noted', { userId: read.userId, module: read.module }, cause);
  }
}
