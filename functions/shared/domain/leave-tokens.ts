/** New tokens into the row, before anything is done with them. */
import { AuthError } from './auth-error.ts';
import type { Log } from './log.ts';
import type { ModuleConnection, RefreshLease } from './module-connections.ts';
import type { ProviderTokens } from './provider.ts';
import { hasSameSeal } from './settle-connection.ts';
import type { VaultKeeperParts } from './vault-parts.ts';

/** All within the lease. */
const retryAfterMs: readonly number[] = [100, 400, 1_600];

/**
 * @returns `false` when the row is not what the lease was taken on: removed, replaced, or taken over.
 * @throws AuthError `temporarily_unavailable` when it cannot be written. The lease is left to run out: whoever comes next knows.
 */
export async function leaveTokens(
  parts: VaultKeeperParts,
  connection: ModuleConnection,
  lease: RefreshLease,
  tokens: ProviderTokens,
  log: Log,
): Promise<boolean> {
  const { vault, connections, clock } = parts;
  const { userId, module } = connection;
  const tokenVersion = connection.tokenVersion + 1;
  const refreshedAt = clock();
  try {
    const sealed = await persist(parts, () => vault.seal(tokens, { kind: 'connection', userId, module, tokenVersion }));
    const isLeft = await persist(parts, () =>
      connections.leaveTokens(connection, lease, { sealed, tokenVersion, refreshedAt }),
    );
    if (isLeft) return true;
    // A write whose answer was lost may have been done: these tokens must not be taken for nobody's.
    const current = await persist(parts, () => connections.find(userId, module));
    return current !== undefined && hasSameSeal(current, { sealed });
  } catch (cause) {
    log.error('module.tokens_not_kept', { userId, module }, cause);
    throw new AuthError('temporarily_unavailable', `the new tokens of ${module} could not be kept`, { cause });
  }
}

/** The provider cannot be asked again: what it has answered is not to be lost to a moment's trouble of ours. */
async function persist<Value>({ sleep }: VaultKeeperParts, act: () => Promise<Value>): Promise<Value> {
  for (const waitMs of retryAfterMs) {
    try {
      return await act();
    } catch {
      await sleep(waitMs);
    }
  }
  return act();
}
